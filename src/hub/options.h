// Everything that can be set about a hub, with its default.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/crypto/key.h"
#include "delivery/courier.h"
#include "desk/sign_in.h"
#include "enforce/policy_zones.h"
#include "http/server.h"

namespace tocsin::hub {

struct HubOptions {
  std::filesystem::path data;     ///< database, keys; made with mode 0700
  std::filesystem::path rules;    ///< extra rule sets; empty: the built-in ones
  std::filesystem::path guard;    ///< folder of warning lists (MISP format); empty: DATA/guard
  std::filesystem::path sources;  ///< folder below which files of sources lie; empty: none
  std::string sources_ca;         ///< PEM, for sources by https; empty: the system's
  http::ServerOptions http;       ///< loopback unless told
  std::string dns_address = "127.0.0.1";  ///< of the policy-zone primary
  std::uint16_t dns_port = 0;             ///< 0: any free port
  enforce::PolicyZoneOptions zones;
  std::string control = "control.tocsin.example";  ///< a name that must always resolve, for probes
  /// How long the answer to a request under an idempotency key is remembered.
  std::chrono::hours remember_answers{24};
  /// An imported source that dates itself further back is flagged.
  std::chrono::hours stale_feed{7 * 24};
  delivery::CourierOptions delivery;  ///< mail server, retries
  /// From a change to the match snapshot that takes it in; a large base takes longer, see there.
  std::chrono::milliseconds match_delay{5'000};
  /// Checks without an account that one address may make.
  std::int64_t public_checks_per_minute = 60;
  bool public_site = true;  ///< pages for everybody at `/` (src/public_site)
  /// Reports and appeals that one address may send through them.
  std::int64_t public_forms_per_hour = 30;
  /// A value with more relations is counted and not expanded (src/graph/walk.h).
  std::int64_t graph_fan_out = 1000;
  /// The shortest time between two looks for relapses, however many imports commit.
  std::chrono::milliseconds relapse_pause{1'000};
  desk::SignInSettings sign_in;  ///< how long sessions last
  /// Whoever holds one of these roles needs a second factor to sign in.
  std::vector<model::Role> second_factor_roles;
  /// Sign-ins that one address, and one name, may try.
  std::int64_t sign_ins_per_minute = 20;
  /// The browser console as tools/build_console.py packs it; the bytes outlive the hub. Empty:
  /// none.
  std::string_view console;
  /// Kept longer than the law's floor asks (docs/intake.md); 0: by the law's floor.
  std::chrono::hours keep_indicators{0};
  std::chrono::hours keep_deliveries{0};
  /// From one sweep over the base to the next.
  std::chrono::milliseconds retention_pause{std::chrono::hours(24)};
  crypto::Algorithm signing = crypto::Algorithm::kEcdsaP256;  ///< for new keys; SM2 is the option
};

}  // namespace tocsin::hub
