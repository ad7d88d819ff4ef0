// What people ask of the desk. These are also the request bodies of the API: unknown members are
// refused, and the schemas in the OpenAPI document come from here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/appeal.h"
#include "model/organization.h"
#include "model/task.h"

namespace tocsin::desk {

/// Text or file that proves something. `content` is text, or base 64 when `binary`.
struct EvidenceInput {
  using is_described = void;
  std::string title;
  std::string media_type = "text/plain";
  std::string content;
  bool binary = false;
  /// Identity papers and private contacts: read by authorities and auditors alone.
  bool confidential = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("title", s.title);
    v("media_type", s.media_type);
    v("content", s.content);
    v("binary", s.binary);
    v("confidential", s.confidential);
  }
};

/// A threat found by monitoring (R202 art. 6). `recipients` may be left out: the ministry and the
/// administrations of the target's provinces receive it (W17-07). What concerns others is
/// submitted with evidence or with a written finding, `reason`.
struct SubmitRequest {
  using is_described = void;
  model::ThreatClass threat_class = model::ThreatClass::kMaliciousResource;
  std::string subtype;
  std::string subtype_text;
  std::optional<model::ImitatedSector> imitates;  ///< of phishing
  model::Certainty certainty = model::Certainty::kActual;
  std::string title;
  std::string description;
  std::vector<std::string> indicators;  ///< any spelling; `kind:value` where the kind is not clear
  Instant discovered_at;                ///< left out: now
  std::string reason;                   ///< written finding: how it was found, why it is a threat
  std::string owner;                    ///< code of the organisation whose asset it is
  bool target_is_party_gov = false;
  bool target_is_cii = false;
  std::vector<std::string> provinces;  ///< GB/T 2260, two digits
  std::vector<EvidenceInput> evidence;
  model::Tlp tlp = model::Tlp::kAmber;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("class", s.threat_class);
    v("subtype", s.subtype);
    v("subtype_text", s.subtype_text);
    v("imitates", s.imitates);
    v("certainty", s.certainty);
    v("title", s.title);
    v("description", s.description);
    v("indicators", s.indicators);
    v("discovered_at", s.discovered_at);
    v("reason", s.reason);
    v("owner", s.owner);
    v("target_is_party_gov", s.target_is_party_gov);
    v("target_is_cii", s.target_is_cii);
    v("provinces", s.provinces);
    v("evidence", s.evidence);
    v("tlp", s.tlp);
  }
};

struct ReasonRequest {
  using is_described = void;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("reason", s.reason);
  }
};

struct MergeRequest {
  using is_described = void;
  std::string into;  ///< id or number of the case that takes this one in
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("into", s.into);
    v("reason", s.reason);
  }
};

struct ReturnRequest {
  using is_described = void;
  std::vector<std::string> defects;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("defects", s.defects);
  }
};

struct DelegateRequest {
  using is_described = void;
  std::string body;  ///< code of the expert body
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("body", s.body);
    v("reason", s.reason);
  }
};

struct ProposalInput {
  using is_described = void;
  model::Measure measure = model::Measure::kBlock;
  std::string addressee;                ///< code of the organisation
  std::vector<std::string> indicators;  ///< left out: all of the threat
  std::string limit = "24h";            ///< time limit for the notice, `24h`, `3wd`, `7d`
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("measure", s.measure);
    v("addressee", s.addressee);
    v("indicators", s.indicators);
    v("limit", s.limit);
    v("reason", s.reason);
  }
};

struct DetermineRequest {
  using is_described = void;
  bool confirmed = true;
  std::string threat_name;
  std::string reason;
  std::optional<model::Grade> grade;
  std::optional<model::ImitatedSector> imitates;  ///< of phishing; left out: as submitted
  std::vector<EvidenceInput> evidence;
  std::vector<ProposalInput> proposals;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("confirmed", s.confirmed);
    v("threat_name", s.threat_name);
    v("reason", s.reason);
    v("grade", s.grade);
    v("imitates", s.imitates);
    v("evidence", s.evidence);
    v("proposals", s.proposals);
  }
};

struct ReviewRequest {
  using is_described = void;
  bool approve = true;
  std::string reason;
  bool notify = false;  ///< sign and deliver the notices of all tasks in the same step
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("approve", s.approve);
    v("reason", s.reason);
    v("notify", s.notify);
  }
};

/// Letting an indicator through although a list stopped it: the first person asks, another agrees.
struct OverrideRequest {
  using is_described = void;
  std::string indicator;
  std::string list;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("indicator", s.indicator);
    v("list", s.list);
    v("reason", s.reason);
  }
};

struct PhoneRequest {
  using is_described = void;
  std::string callee;
  std::string number;
  std::string content;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("callee", s.callee);
    v("number", s.number);
    v("content", s.content);
    v("reason", s.reason);
  }
};

/// After a failed verification: the notice again, with a new time limit.
struct NotifyRequest {
  using is_described = void;
  std::string limit;  ///< left out: the task's limit
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("limit", s.limit);
  }
};

struct FeedbackRequest {
  using is_described = void;
  model::Outcome outcome = model::Outcome::kDone;
  std::string detail;
  std::vector<EvidenceInput> evidence;
  std::string reason_code;  ///< with `impossible`: `not-ours` when the target is another's
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("outcome", s.outcome);
    v("detail", s.detail);
    v("evidence", s.evidence);
    v("reason_code", s.reason_code);
  }
};

/// A verification without a probe: by document, rescan, retest.
struct VerifyRequest {
  using is_described = void;
  bool passed = true;
  std::string method;
  std::string detail;
  std::vector<EvidenceInput> evidence;
  std::string detail_zh = {};  ///< the same in Chinese, when a program wrote both
  /// The method could not see all that was ordered: the rest waits for a document. Set by the
  /// hub's own probe, never by a client.
  bool in_part = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("passed", s.passed);
    v("method", s.method);
    v("detail", s.detail);
    v("detail_zh", s.detail_zh);
    v("evidence", s.evidence);
  }
};

struct SanctionRequest {
  using is_described = void;
  std::string kind;  ///< talk | warning | fine
  std::int64_t fine_fen = 0;
  std::string
      law_article;  ///< article of the Cybersecurity Law as R202 art. 12 cites it: 56, 59, 60, 68
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("fine_fen", s.fine_fen);
    v("law_article", s.law_article);
    v("reason", s.reason);
  }
};

struct AppealRequest {
  using is_described = void;
  std::string task;  ///< id or task number
  model::Appellant appellant;
  std::string grounds;
  std::string new_facts;  ///< of a further appeal of the same appellant, after the answer
  Instant knew_at;  ///< when the appellant was served or learned of the measure; left out: of the
                    ///< notice
  std::vector<EvidenceInput> evidence;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("task", s.task);
    v("appellant", s.appellant);
    v("grounds", s.grounds);
    v("new_facts", s.new_facts);
    v("knew_at", s.knew_at);
    v("evidence", s.evidence);
  }
};

struct AdmitRequest {
  using is_described = void;
  bool admit = true;
  std::string reason;
  bool suspend = false;  ///< lift the measure while the appeal is checked
  /// Corrects when the measure became known, with a reason: also of an appeal that was turned away
  /// as late, until it is answered.
  Instant knew_at = {};
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("admit", s.admit);
    v("reason", s.reason);
    v("suspend", s.suspend);
    v("knew_at", s.knew_at);
  }
};

struct RulingRequest {
  using is_described = void;
  std::string ruling;  ///< upheld | partly-upheld | dismissed
  std::string reason;
  std::vector<std::string> lifted;  ///< indicators, when partly upheld
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("ruling", s.ruling);
    v("reason", s.reason);
    v("lifted", s.lifted);
  }
};

}  // namespace tocsin::desk
