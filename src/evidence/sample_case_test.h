// A small case with everything in it, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "base/crypto/certificate.h"
#include "base/crypto/cms.h"
#include "base/crypto/key.h"
#include "evidence/builder.h"
#include "journal/entry.h"
#include "journal/merkle.h"

namespace tocsin::evidence {

struct Party {
  crypto::SigningKey key;
  crypto::Certificate certificate;

  std::string sign(std::string_view text, Instant time) const {
    return *crypto::cms::sign(key, certificate, text, time);
  }
};

inline Party make_party(crypto::Algorithm algorithm, const std::string& organisation) {
  auto key = crypto::SigningKey::generate(algorithm);
  auto certificate = crypto::Certificate::self_signed(
      *key, {organisation, "警钟", "CN"},
      {*parse_instant("2026-01-01"), *parse_instant("2056-01-01")});
  return {std::move(*key), std::move(*certificate)};
}

/// A hub (P-256), an authority that signs with SM2, a journal of 12 entries of which 5 are the
/// case.
struct SampleCase {
  static constexpr const char* kHubName = "国家枢纽 hub";

  Instant start = *parse_instant("2026-03-05T09:00:00+08:00");
  Party hub = make_party(crypto::Algorithm::kEcdsaP256, "工业和信息化部");
  Party authority = make_party(crypto::Algorithm::kSm2, "某省通信管理局");
  CaseRef about{"thr_01J9Z0000000000000000000AA", "T-2026-000123"};
  Json notice =
      *Json::parse(R"({"title":"处置通知","measure":"W17-15","domain":"c2.example.net"})");
  Json reply = *Json::parse(R"({"title":"feedback","result":"blocked"})");
  Json probe = *Json::parse(R"({"resolver":"192.0.2.53","answer":"NXDOMAIN"})");
  std::vector<journal::Entry> entries;  // all twelve
  journal::Frontier frontier;
  journal::MemoryNodes nodes;

  SampleCase() {
    journal::Tip tip;
    for (int i = 0; i < 12; ++i) {
      journal::Entry entry;
      entry.time = start.plus(std::chrono::seconds(i));
      entry.org = "org_miit";
      entry.subject = "x_" + std::to_string(i);
      entry.action = "case.note";
      entry.basis = {"miit-202", "2018-01-01", "8", "W17-21"};
      entry.data = Json::object({{"n", i}});
      if (i == 2 || (i >= 5 && i <= 8)) entry.threat = about.id;
      if (i == 5) entry.data.set("document", Json::object({{"digest", digest(notice)}}));
      if (i == 7) entry.data.set("digest", digest(reply));
      if (i == 8)
        entry.data.set("probes", Json::array({Json::object({{"digest", digest(probe)}})}));
      entries.push_back(*journal::append(tip, entry));
      journal::Digest hash;
      ASSERT(crypto::from_hex(entries.back().hash, hash));
      ASSERT(frontier.append(journal::leaf_hash(hash), &nodes));
    }
  }

  journal::TreeHead head() const {
    return {frontier.size(), frontier.root(), start.plus(std::chrono::minutes(1)), kHubName};
  }

  /// Everything handed to a builder; `check` turns an unexpected refusal into an abort.
  Builder builder() const {
    Builder out(about, kHubName, start.plus(std::chrono::minutes(2)));
    const auto must = [](const Status& status) { ASSERT(status.has_value()); };
    const Instant signed_at = start.plus(std::chrono::seconds(30));
    must(out.add_document("ntc_01", notice.canonical(),
                          authority.sign(notice.canonical(), signed_at)));
    must(out.add_document("fbk_01", reply.canonical(), hub.sign(reply.canonical(), signed_at)));
    must(out.add_probe("prb_01", probe));
    must(out.set_head(head(), hub.sign(head().canonical(), head().time)));
    out.set_case(Json::object({{"state", "verified"}}));
    for (const auto& entry : entries) {
      if (entry.threat != about.id) continue;
      must(out.add_entry(entry, *journal::inclusion_proof(nodes, journal::leaf_index(entry.seq),
                                                          frontier.size())));
    }
    return out;
  }

  std::string bundle() const { return *builder().seal(hub.key, hub.certificate); }
};

}  // namespace tocsin::evidence
