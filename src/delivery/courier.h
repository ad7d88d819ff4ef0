// Carries what is due and records every attempt.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "delivery/mail.h"
#include "delivery/smtp.h"
#include "http/client.h"
#include "store/store.h"

namespace tocsin::delivery {

/// Senders that work side by side.
inline constexpr std::int64_t kLanes = 4;

struct CourierOptions {
  SmtpOptions smtp;
  std::string ca_file;          ///< PEM for webhooks; empty: the system's
  bool local_webhooks = false;  ///< let webhooks go to addresses that are not public
  std::chrono::milliseconds first_retry{30'000};  ///< then twice as long each time
  std::chrono::milliseconds longest_retry{std::chrono::hours(6)};
  int most_attempts = 12;  ///< about a day; then it is given up
};

/// How long after the n-th failed attempt the next one comes; n from 1.
std::chrono::milliseconds wait_after(const CourierOptions& options, std::int64_t attempts);

/// Sends the deliveries of one lane. At least once: a crash between sending and recording repeats
/// it under the same idempotency key. Thread safety: one thread for each lane.
class Courier {
 public:
  Courier(store::Store& store, const Clock& clock, CourierOptions options, Sign sign,
          std::int64_t lane);

  /// Tries a few that are due; returns how many.
  Result<int> run_once();

 private:
  Status carry(const model::Delivery& delivery, const model::Subscription& subscription);
  Status post(const model::Delivery& delivery, const model::Subscription& subscription);
  Status record(const model::Delivery& tried, const Status& outcome, bool hopeless);

  store::Store& store_;
  const Clock& clock_;
  const CourierOptions options_;
  const Sign sign_;
  const std::int64_t lane_;
  http::Client client_;
};

}  // namespace tocsin::delivery
