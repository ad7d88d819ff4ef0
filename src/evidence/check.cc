#include "evidence/check.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/crypto/cms.h"
#include "base/crypto/hash.h"
#include "base/file.h"
#include "evidence/words.h"
#include "journal/entry.h"
#include "journal/merkle.h"

namespace tocsin::evidence {
namespace {

using crypto::Certificate;

constexpr std::size_t kMaxEntries = 100'000;

tl::unexpected<Error> wrong(std::string_view file, const std::string& why,
                            const std::string& why_zh) {
  return fail_bi(Code::kCorrupt, fmt::format("{}: {}", file, why),
                 fmt::format("{}：{}", file, why_zh), std::string(file));
}

/// An error from a room below, told with the file in which it was found.
tl::unexpected<Error> within(std::string_view file, const Error& error) {
  return wrong(file, error.message, error.message_zh.empty() ? error.message : error.message_zh);
}

/// Collects every text under a member called `digest`, at any depth that a journal entry can have.
void collect_digests(const Json& value, std::set<std::string>& out) {
  for (const Json& item : value.items()) collect_digests(item, out);
  for (const auto& [key, member] : value.members()) {
    if (key == "digest" && member.is_string()) out.insert(member.as_string());
    collect_digests(member, out);
  }
}

/// The part of `path` between folder and suffix, when it has both.
std::optional<std::string_view> stem(std::string_view path, std::string_view folder,
                                     std::string_view suffix) {
  if (!path.starts_with(folder) || !path.ends_with(suffix)) return std::nullopt;
  return path.substr(folder.size(), path.size() - folder.size() - suffix.size());
}

class Checker {
 public:
  Checker(std::string_view bundle, const std::vector<Certificate>* trust)
      : bundle_(bundle), trust_(trust) {
    report_.trust_given = trust != nullptr;
  }

  Report run();

 private:
  using Found = Result<Text>;

  Found container();
  Found manifest();
  Found files();
  Found keys();
  Found documents();
  Found entries();
  Found proofs();
  Found head();
  Found cited();
  Found order();
  Found summary();

  Result<std::string_view> file(std::string_view path) const;
  /// Verifies `signature` over `content` and that the signer's certificate is in keys/.
  Result<crypto::cms::Signer> signed_by(std::string_view content, std::string_view signature);
  /// The same for what only the hub may sign.
  Result<crypto::cms::Signer> signed_by_hub(std::string_view content, std::string_view signature);

  const std::string_view bundle_;
  const std::vector<Certificate>* const trust_;
  FileViews files_;
  Manifest manifest_;
  std::vector<journal::Entry> entries_;
  journal::TreeHead head_;
  Report report_;
};

Report Checker::run() {
  struct Stage {
    const char* id;
    Text name;
    Found (Checker::*check)();
  };
  const Stage stages[] = {
      {"container",
       {"容器可读、有界、形式唯一", "container readable, bounded, in its only form"},
       &Checker::container},
      {"manifest", {"清单签名", "signature of the manifest"}, &Checker::manifest},
      {"files",
       {"文件哈希与清单一致，无多余文件", "every file as listed, none unlisted"},
       &Checker::files},
      {"keys", {"证书", "certificates"}, &Checker::keys},
      {"documents", {"文书签名", "signatures of the documents"}, &Checker::documents},
      {"entries", {"日志条目哈希", "hashes of the journal entries"}, &Checker::entries},
      {"proofs", {"条目属于日志树", "entries are in the journal's tree"}, &Checker::proofs},
      {"head", {"树头签名", "signature of the tree head"}, &Checker::head},
      {"cited",
       {"文书与探测记录均被日志引用", "documents and probes are cited by the journal"},
       &Checker::cited},
      {"order", {"日志条目次序", "order of the journal entries"}, &Checker::order},
      {"case", {"案件摘要", "summary of the case"}, &Checker::summary},
  };
  for (const Stage& stage : stages) {
    auto found = (this->*stage.check)();
    Step step{stage.id, stage.name, found.has_value(), {}, {}};
    if (found) {
      step.detail = std::move(*found);
    } else {
      const Error& error = found.error();
      step.detail = {error.message_zh.empty() ? error.message : error.message_zh, error.message};
      step.file = is_bundle_path(error.field) ? error.field : std::string();
      report_.first_broken = report_.steps.size();
    }
    report_.steps.push_back(std::move(step));
    if (!found) return std::move(report_);
  }
  report_.ok = true;
  return std::move(report_);
}

Result<std::string_view> Checker::file(std::string_view path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return wrong(path, "missing", "缺失");
  return found->second;
}

Result<crypto::cms::Signer> Checker::signed_by(std::string_view content,
                                               std::string_view signature) {
  TRY(const std::string_view text, file(content));
  TRY(const std::string_view p7s, file(signature));
  auto signer = crypto::cms::verify(p7s, text, trust_);
  if (!signer) return within(signature, signer.error());
  const std::string& fingerprint = signer->certificate.fingerprint();
  TRY_STATUS(file(key_path(fingerprint)));
  for (BundleSigner& known : report_.signers) {
    if (known.fingerprint != fingerprint) continue;
    known.files.emplace_back(content);
    return signer;
  }
  report_.signers.push_back({fingerprint,
                             signer->certificate.subject(),
                             std::string(name(signer->algorithm)),
                             {std::string(content)}});
  return signer;
}

Result<crypto::cms::Signer> Checker::signed_by_hub(std::string_view content,
                                                   std::string_view signature) {
  TRY(auto signer, signed_by(content, signature));
  // Whoever the hub issued a certificate to may sign documents, but not the journal in its name.
  const auto is_signer = [&](const Certificate& trusted) {
    return trusted.fingerprint() == signer.certificate.fingerprint();
  };
  if (trust_ != nullptr && std::none_of(trust_->begin(), trust_->end(), is_signer)) {
    return wrong(signature,
                 "signed by " + signer.certificate.fingerprint() +
                     ", which a trusted certificate issued but which is not the hub's own",
                 "由 " + signer.certificate.fingerprint() +
                     " 签名；该证书虽由受信证书签发，但不是枢纽本身的证书");
  }
  return signer;
}

Checker::Found Checker::container() {
  TRY(files_, unpack(bundle_));
  for (const std::string_view path :
       {kCase, kManifest, kManifestSignature, kEntries, kHead, kHeadSignature, kProofs}) {
    TRY_STATUS(file(path));
  }
  return Text{fmt::format("{} 个文件，{} 字节", files_.size(), bundle_.size()),
              counted(files_.size(), "file") + ", " + counted(bundle_.size(), "byte")};
}

Checker::Found Checker::manifest() {
  TRY(const auto signer, signed_by_hub(kManifest, kManifestSignature));
  // Nothing else covers this signature file, so not one of its bytes may be free.
  if (!signer.canonical) {
    return wrong(kManifestSignature, "not in its only allowed form", "不是唯一允许的形式");
  }
  auto manifest = Manifest::parse(files_.find(kManifest)->second);
  if (!manifest) return within(kManifest, manifest.error());
  manifest_ = std::move(*manifest);
  report_.about = manifest_.about;
  report_.hub = manifest_.hub;
  report_.created = manifest_.created;
  return Text{
      fmt::format("{} 于 {} 签名", signer.certificate.subject(), zoned(signer.signing_time)),
      fmt::format("signed by {} at {}", signer.certificate.subject(), zoned(signer.signing_time))};
}

Checker::Found Checker::files() {
  std::set<std::string_view> listed{kManifest, kManifestSignature};
  for (const Manifest::File& entry : manifest_.files) {
    TRY(const std::string_view content, file(entry.path));
    if (content.size() != entry.size) {
      return wrong(entry.path, "its size differs from the manifest", "大小与清单不符");
    }
    if (crypto::sha256_hex(content) != entry.sha256) {
      return wrong(entry.path, "its content differs from the manifest", "内容与清单不符");
    }
    if (!listed.insert(entry.path).second) {
      return wrong(entry.path, "listed twice", "在清单中重复");
    }
  }
  for (const auto& [path, content] : files_) {
    if (!listed.contains(path)) return wrong(path, "not in the manifest", "不在清单中");
  }
  return Text{fmt::format("{} 个文件均一致", manifest_.files.size()),
              counted(manifest_.files.size(), "file") + " as listed"};
}

Checker::Found Checker::keys() {
  std::size_t count = 0;
  for (const auto& [path, content] : files_) {
    const auto fingerprint = stem(path, "keys/", ".pem");
    if (!fingerprint) continue;
    const auto certificate = Certificate::from_pem(content);
    if (!certificate) return within(path, certificate.error());
    if (certificate->fingerprint() != *fingerprint) {
      return wrong(path, "holds another certificate", "文件内是另一张证书");
    }
    ++count;
  }
  return Text{fmt::format("{} 张", count), fmt::format("{}", count)};
}

Checker::Found Checker::documents() {
  for (const auto& [path, content] : files_) {
    if (const auto id = stem(path, "documents/", ".p7s")) {
      TRY_STATUS(file(document_path(*id)));
    } else if (const auto document = stem(path, "documents/", ".json")) {
      TRY_STATUS(signed_by(path, document_signature_path(*document)));
      const auto json = Json::parse(content);
      if (!json) return within(path, json.error());
      if (json->canonical() != content) return wrong(path, "not canonical JSON", "不是规范 JSON");
      ++report_.documents;
    }
  }
  return Text{fmt::format("{} 份文书", report_.documents), counted(report_.documents, "document")};
}

Checker::Found Checker::entries() {
  std::string_view rest = files_.find(kEntries)->second;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string where = fmt::format("line {}", entries_.size() + 1);
    if (end == std::string_view::npos || entries_.size() == kMaxEntries) {
      return wrong(kEntries, where + " is cut or one too many", where + " 不完整或超出上限");
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto json = Json::parse(line);
    if (!json) return within(kEntries, json.error().at(where));
    auto entry = journal::from_json(*json);
    if (!entry) return within(kEntries, entry.error().at(where));
    if (json->canonical() != line) {
      return wrong(kEntries, where + " is not canonical JSON", where + " 不是规范 JSON");
    }
    if (journal::compute_hash(*entry) != entry->hash) {
      return wrong(kEntries, fmt::format("entry {} does not fit its hash", entry->seq),
                   fmt::format("条目 {} 与其哈希不符", entry->seq));
    }
    if (entry->threat != manifest_.about.id) {
      return wrong(kEntries, fmt::format("entry {} belongs to another case", entry->seq),
                   fmt::format("条目 {} 属于另一案件", entry->seq));
    }
    entries_.push_back(std::move(*entry));
  }
  if (entries_.empty()) return wrong(kEntries, "no entries", "没有条目");
  report_.entries = entries_.size();
  return Text{fmt::format("{} 条", entries_.size()), counted(entries_.size(), "entry")};
}

Checker::Found Checker::proofs() {
  auto head = journal::TreeHead::parse(files_.find(kHead)->second);
  if (!head) return within(kHead, head.error());
  head_ = std::move(*head);
  report_.tree_size = head_.size;
  const std::string_view text = files_.find(kProofs)->second;
  const auto json = Json::parse(text);
  if (!json) return within(kProofs, json.error());
  if (!json->is_array() || json->items().size() != entries_.size() || json->canonical() != text) {
    return wrong(kProofs, "not one proof for each entry", "未做到每个条目一份证明");
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Json& item = json->items()[i];
    const journal::Entry& entry = entries_[i];
    const auto proof = journal::proof_from_json(item["path"]);
    journal::Digest hash;
    if (item.members().size() != 2 || !item["seq"].is_int() || !proof ||
        static_cast<std::uint64_t>(item["seq"].as_int()) != entry.seq ||
        !crypto::from_hex(entry.hash, hash) ||
        !journal::verify_inclusion(journal::leaf_hash(hash), journal::leaf_index(entry.seq),
                                   head_.size, *proof, head_.root)) {
      return wrong(kProofs, fmt::format("entry {} is not shown to be in the journal", entry.seq),
                   fmt::format("未能证明条目 {} 属于日志", entry.seq));
    }
  }
  return Text{fmt::format("日志共 {} 条", head_.size),
              "of a journal of " + counted(head_.size, "entry")};
}

Checker::Found Checker::head() {
  TRY(const auto signer, signed_by_hub(kHead, kHeadSignature));
  if (head_.hub != manifest_.hub) {
    return wrong(kHead, "it is another hub's journal", "属于另一枢纽的日志");
  }
  return Text{fmt::format("{} 于 {} 签名", signer.certificate.subject(), zoned(head_.time)),
              fmt::format("signed by {} at {}", signer.certificate.subject(), zoned(head_.time))};
}

Checker::Found Checker::cited() {
  std::set<std::string> digests;
  for (const journal::Entry& entry : entries_) collect_digests(entry.data, digests);
  for (const auto& [path, content] : files_) {
    const bool probe = stem(path, "probes/", ".json").has_value();
    if (!probe && !stem(path, "documents/", ".json")) continue;
    if (!digests.contains(crypto::sha256_hex(content))) {
      return wrong(path, "no journal entry cites its digest", "没有日志条目引用其摘要");
    }
    report_.probes += probe ? 1 : 0;
  }
  return Text{fmt::format("{} 份文书，{} 份探测记录", report_.documents, report_.probes),
              counted(report_.documents, "document") + ", " + counted(report_.probes, "probe")};
}

Checker::Found Checker::order() {
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    const journal::Entry& before = entries_[i - 1];
    const journal::Entry& entry = entries_[i];
    const bool adjacent = entry.seq == before.seq + 1;
    if (entry.seq <= before.seq || entry.time < before.time ||
        (adjacent && entry.prev != before.hash)) {
      return wrong(kEntries,
                   fmt::format("entry {} does not follow entry {}", entry.seq, before.seq),
                   fmt::format("条目 {} 不在条目 {} 之后", entry.seq, before.seq));
    }
  }
  return Text{fmt::format("{} 至 {}", zoned(entries_.front().time), zoned(entries_.back().time)),
              fmt::format("{} to {}", zoned(entries_.front().time), zoned(entries_.back().time))};
}

Checker::Found Checker::summary() {
  const std::string_view text = files_.find(kCase)->second;
  const auto json = Json::parse(text);
  if (!json) return within(kCase, json.error());
  if (json->str("id") != manifest_.about.id || json->str("number") != manifest_.about.number ||
      json->canonical() != text) {
    return wrong(kCase, "not the summary of this case", "不是本案件的摘要");
  }
  return Text{manifest_.about.number, manifest_.about.number};
}

}  // namespace

Report check(std::string_view bundle, const std::vector<Certificate>* trust) {
  Report out = Checker(bundle, trust).run();
  if (out.ok || trust == nullptr) return out;
  // A stranger's good bundle and a forged one ask for different answers: look without the trust.
  Report alone = Checker(bundle, nullptr).run();
  if (!alone.ok) {
    alone.trust_given = true;
    return alone;
  }
  out.untrusted = true;
  out.signers = std::move(alone.signers);
  return out;
}

Report check_file(const std::filesystem::path& path, const std::vector<Certificate>* trust) {
  // One byte over the limit is enough for check() to refuse it.
  const auto bytes = read_file(path, kMaxBundleBytes);
  if (bytes) return check(*bytes, trust);
  Report out;
  out.trust_given = trust != nullptr;
  out.first_broken = 0;
  const std::string& message = bytes.error().message;
  out.steps.push_back({"container", {"文件可读", "file readable"}, false, {message, message}, {}});
  return out;
}

}  // namespace tocsin::evidence
