// Signed documents and pieces of evidence (W17-21).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/common.h"

namespace tocsin::model {

enum class NoticeKind {
  kDisposal,         ///< first notice of a task
  kRenewed,          ///< after a failed verification
  kWrittenFollowUp,  ///< after a phone call
  kSuperior,         ///< side notice to the superior unit (W17-18)
  kCyberspace,       ///< side notice to the cyberspace administration (W17-18)
  kLift,             ///< after an upheld appeal
  kCorrection,       ///< to everybody who had received the entry
  kAnswer            ///< answer to an appeal
};
TOCSIN_ENUM_NAMES(NoticeKind, "disposal", "renewed", "written-follow-up", "superior", "cyberspace",
                  "lift", "correction", "answer")

/// A canonical document with the authority's signature. `document` is what was signed, byte for
/// byte (canonical JSON); `signature` is a detached CMS, PEM.
struct Notice {
  using is_described = void;
  std::string id;
  std::string number;
  NoticeKind kind = NoticeKind::kDisposal;
  std::string threat;
  std::string task;
  std::string appeal;
  std::string issuer;
  std::string addressee;
  std::string document;
  std::string digest;  ///< SHA-256 of document, hexadecimal
  std::string signature;
  std::string signer;  ///< certificate fingerprint
  Instant issued_at;
  Act receipt;  ///< delivery receipt: who took it, when
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("number", s.number);
    v("kind", s.kind);
    v("threat", s.threat);
    v("task", s.task);
    v("appeal", s.appeal);
    v("issuer", s.issuer);
    v("addressee", s.addressee);
    v("document", s.document);
    v("digest", s.digest);
    v("signature", s.signature);
    v("signer", s.signer);
    v("issued_at", s.issued_at);
    v("receipt", s.receipt);
  }
};

/// Kind of evidence that identifies a person; it stays with authorities and auditors (R545 art. 13,
/// regulation section 5.3).
inline constexpr std::string_view kConfidential = "confidential";

/// A file, transcript or text that proves something.
struct Evidence {
  using is_described = void;
  std::string id;
  std::string threat;
  std::string task;
  std::string kind;  ///< probe | file | confidential
  std::string title;
  std::string media_type;
  std::string content;  ///< text, or base 64 when binary
  bool binary = false;
  std::string digest;  ///< SHA-256 of the raw bytes, hexadecimal
  Act by;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("threat", s.threat);
    v("task", s.task);
    v("kind", s.kind);
    v("title", s.title);
    v("media_type", s.media_type);
    v("content", s.content);
    v("binary", s.binary);
    v("digest", s.digest);
    v("by", s.by);
  }
};

}  // namespace tocsin::model
