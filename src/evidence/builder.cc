#include "evidence/builder.h"

#include "base/crypto/cms.h"
#include "base/crypto/hash.h"
#include "base/file.h"
#include "evidence/check.h"

namespace tocsin::evidence {
namespace {

tl::unexpected<Error> unfit(const std::string& what, const std::string& what_zh,
                            std::string field) {
  return fail_bi(Code::kInvalid, what, what_zh, std::move(field), "evidence");
}

Status check_id(std::string_view id) {
  if (is_file_id(id)) return {};
  return unfit("'" + std::string(id) + "' cannot be a file name in a bundle",
               "“" + std::string(id) + "”不能用作证据包内的文件名", "id");
}

}  // namespace

std::string digest(const Json& document) { return crypto::sha256_hex(document.canonical()); }

Builder::Builder(CaseRef about, std::string hub, Instant created)
    : about_(std::move(about)), hub_(std::move(hub)), created_(created) {
  set_case(Json::object());
}

Status Builder::add_signed(std::string content_path, std::string signature_path,
                           std::string content, std::string p7s) {
  auto signer = crypto::cms::verify(p7s, content);
  if (!signer) return tl::unexpected(signer.error().at(content_path));
  add_certificate(signer->certificate);
  files_.insert_or_assign(std::move(content_path), std::move(content));
  files_.insert_or_assign(std::move(signature_path), std::move(p7s));
  return {};
}

Status Builder::add_document(std::string_view id, std::string canonical, std::string p7s) {
  TRY_STATUS(check_id(id));
  return add_signed(document_path(id), document_signature_path(id), std::move(canonical),
                    std::move(p7s));
}

void Builder::add_certificate(const crypto::Certificate& certificate) {
  files_.insert_or_assign(key_path(certificate.fingerprint()), certificate.to_pem());
}

Status Builder::add_entry(const journal::Entry& entry, const journal::Proof& proof) {
  if (entry.threat != about_.id || entry.seq <= last_seq_) {
    return unfit("journal entries of this case are expected, by ascending number",
                 "应按序号升序加入本案件的日志条目", "entry " + std::to_string(entry.seq));
  }
  last_seq_ = entry.seq;
  files_[std::string(kEntries)] += journal::to_json(entry).canonical() + "\n";
  proofs_.push(Json::object({{"seq", entry.seq}, {"path", journal::to_json(proof)}}));
  return {};
}

Status Builder::set_head(const journal::TreeHead& head, std::string p7s) {
  return add_signed(std::string(kHead), std::string(kHeadSignature), head.canonical(),
                    std::move(p7s));
}

Status Builder::add_probe(std::string_view id, const Json& transcript) {
  TRY_STATUS(check_id(id));
  files_.insert_or_assign(probe_path(id), transcript.canonical());
  return {};
}

void Builder::set_case(Json summary) {
  summary.set("id", about_.id);
  summary.set("number", about_.number);
  files_.insert_or_assign(std::string(kCase), summary.canonical());
}

Result<std::string> Builder::seal(const crypto::SigningKey& hub_key,
                                  const crypto::Certificate& hub_certificate) const {
  Files files = files_;
  files.insert_or_assign(std::string(kProofs), proofs_.canonical());
  TRY(std::string bundle,
      seal_files(std::move(files), about_, hub_, created_, hub_key, hub_certificate));
  // A bundle that its own reader refuses must never leave the hub.
  const Report report = check(bundle);
  if (!report.ok) {
    const Step& broken = report.steps[*report.first_broken];
    return unfit("the bundle would not verify: " + broken.detail.en,
                 "证据包将无法通过校验：" + broken.detail.zh, broken.id);
  }
  return bundle;
}

Status Builder::write(const std::filesystem::path& path, const crypto::SigningKey& hub_key,
                      const crypto::Certificate& hub_certificate) const {
  TRY(const std::string bundle, seal(hub_key, hub_certificate));
  return write_file(path, bundle);
}

}  // namespace tocsin::evidence
