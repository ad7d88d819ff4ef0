#include "evidence/manifest.h"

#include "base/crypto/cms.h"
#include "base/crypto/hash.h"
#include "base/json.h"

namespace tocsin::evidence {

std::string document_path(std::string_view id) { return "documents/" + std::string(id) + ".json"; }
std::string document_signature_path(std::string_view id) {
  return "documents/" + std::string(id) + ".p7s";
}
std::string probe_path(std::string_view id) { return "probes/" + std::string(id) + ".json"; }
std::string key_path(std::string_view fingerprint) {
  return "keys/" + std::string(fingerprint) + ".pem";
}

std::string Manifest::canonical() const {
  Json list = Json::array();
  for (const File& file : files) {
    list.push(Json::object({{"path", file.path}, {"sha256", file.sha256}, {"size", file.size}}));
  }
  return Json::object({{"format", kFormat},
                       {"case", Json::object({{"id", about.id}, {"number", about.number}})},
                       {"created", to_string(created)},
                       {"hub", hub},
                       {"files", std::move(list)}})
      .canonical();
}

Result<Manifest> Manifest::parse(std::string_view text) {
  const auto bad = [](const std::string& why, const std::string& why_zh) {
    return fail_bi(Code::kInvalid, "manifest: " + why, "清单：" + why_zh, std::string(kManifest));
  };
  TRY(const Json json, Json::parse(text));
  if (json.str("format") != kFormat) {
    return bad("the format is not tocsin-evidence/1", "格式不是 tocsin-evidence/1");
  }
  Manifest out;
  out.about = {json["case"].str("id"), json["case"].str("number")};
  out.hub = json.str("hub");
  TRY(out.created, parse_instant(json.str("created")));
  if (json["files"].items().size() > kMaxFiles) return bad("too many files", "文件过多");
  for (const Json& item : json["files"].items()) {
    const std::int64_t size = item["size"].as_int(-1);
    if (size < 0) return bad("a file without a size", "文件缺少大小");
    out.files.push_back({item.str("path"), item.str("sha256"), static_cast<std::size_t>(size)});
  }
  if (out.canonical() != text) return bad("not in its canonical form", "不是规范形式");
  return out;
}

Result<std::string> seal_files(Files files, const CaseRef& about, std::string_view hub,
                               Instant created, const crypto::SigningKey& key,
                               const crypto::Certificate& certificate) {
  files.insert_or_assign(key_path(certificate.fingerprint()), certificate.to_pem());
  Manifest manifest{about, created, std::string(hub), {}};
  for (const auto& [path, content] : files) {
    if (path == kManifest || path == kManifestSignature) continue;
    manifest.files.push_back({path, crypto::sha256_hex(content), content.size()});
  }
  const std::string text = manifest.canonical();
  TRY(std::string signature, crypto::cms::sign(key, certificate, text, created));
  files.insert_or_assign(std::string(kManifest), text);
  files.insert_or_assign(std::string(kManifestSignature), std::move(signature));
  return pack(files);
}

}  // namespace tocsin::evidence
