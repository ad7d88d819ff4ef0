#include "sources/vault.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "store/collections.h"

namespace tocsin::sources {
namespace {

namespace fs = std::filesystem;
using model::AccessKind;

constexpr std::size_t kLongestSecret = 16U << 10;
constexpr std::string_view kSealed = "sealed";
constexpr std::string_view kSealedEnd = ".sealed";
constexpr std::string_view kVariable = "env:";
constexpr std::string_view kFile = "file:";

tl::unexpected<Error> wrong(const char* field, std::string en, std::string zh) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh),
                 std::string("terms.access.") + field);
}

/// One name in the folder: nothing of it leads out.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
         });
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

/// A header must stay one header.
bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string sealed_name(const std::string& source) { return source + std::string(kSealedEnd); }

Status check_reference(const std::string& secret) {
  const std::string_view text(secret);
  const bool variable = text.starts_with(kVariable) &&
                        text.substr(kVariable.size()).starts_with(kVariablePrefix) &&
                        is_plain_name(text.substr(kVariable.size()));
  // Nobody borrows what was sealed for another source.
  const bool file = text.starts_with(kFile) && is_plain_name(text.substr(kFile.size())) &&
                    !text.ends_with(kSealedEnd);
  if (variable || file || text == kSealed) return {};
  return wrong("secret",
               "where the secret lies: env:" + std::string(kVariablePrefix) +
                   "NAME, file:NAME (of the hub's folder `credentials`), or give it to be sealed",
               "应填写密钥所在之处：env:" + std::string(kVariablePrefix) +
                   "名称、file:文件名（位于枢纽的 credentials 目录），或直接提供以密封保存");
}

}  // namespace

Status check_access(const model::SourceAccess& access) {
  switch (access.kind) {
    case AccessKind::kNone:
      return {};
    case AccessKind::kCertificate:
      if (is_plain_name(access.certificate) && is_plain_name(access.key)) return {};
      return wrong("certificate",
                   "certificate and key are PEM files of the hub's folder `credentials`",
                   "证书与私钥应为枢纽 credentials 目录中的 PEM 文件");
    case AccessKind::kBasic:
      if (access.login.empty() || access.login.find(':') != std::string::npos ||
          !is_one_line(access.login)) {
        return wrong("login", "a login without colon is needed", "须填写不含冒号的用户名");
      }
      break;
    case AccessKind::kHeader:
      if (!is_header_name(access.header)) {
        return wrong("header", "the name of a header is needed", "须填写请求头名称");
      }
      break;
    case AccessKind::kBearer:
      break;
  }
  return check_reference(access.secret);
}

Status Vault::seal(const std::string& source, std::string_view secret) const {
  if (secret.empty() || secret.size() > kLongestSecret || !is_one_line(secret)) {
    return fail_bi(Code::kInvalid, "a secret is one line of at most 16 KiB",
                   "密钥应为不超过 16 KiB 的一行文字", "credential");
  }
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!error) fs::permissions(folder_, fs::perms::owner_all, error);
  if (error) {
    return fail_bi(Code::kUnavailable, "the folder of credentials cannot be made",
                   "无法建立凭据目录", "credential");
  }
  return write_file(folder_ / sealed_name(source), secret, 0600);
}

void Vault::forget(const std::string& source) const {
  std::error_code error;
  fs::remove(folder_ / sealed_name(source), error);
}

Result<fs::path> Vault::own_file(const std::string& name) const {
  const fs::path path = folder_ / name;
  std::error_code error;
  const auto status = fs::symlink_status(path, error);
  if (error || status.type() != fs::file_type::regular) {
    return fail_bi(Code::kUnavailable, "there is no file " + name + " in the credentials folder",
                   "凭据目录中没有文件 " + name, "access");
  }
  constexpr auto kOthers = fs::perms::group_all | fs::perms::others_all;
  if ((status.permissions() & kOthers) != fs::perms::none) {
    return fail_bi(Code::kRefused, name + " can be read by others: chmod 600",
                   name + " 可被他人读取：请执行 chmod 600", "access");
  }
  return path;
}

Result<std::string> Vault::secret(const model::Source& source) const {
  const std::string_view text(source.terms.access.secret);
  std::string out;
  if (text.starts_with(kVariable)) {
    const std::string name(text.substr(kVariable.size()));
    const auto value = environment_ ? environment_(name) : std::nullopt;
    if (!value) {
      return fail_bi(Code::kUnavailable, "the hub's environment has no " + name,
                     "枢纽的环境变量中没有 " + name, "access.secret");
    }
    out = *value;
  } else {
    const std::string name =
        text == kSealed ? sealed_name(source.id) : std::string(text.substr(kFile.size()));
    TRY(const auto path, own_file(name));
    TRY(out, read_file(path, kLongestSecret));
  }
  out = std::string(trim(out));
  if (out.empty() || !is_one_line(out)) {
    return fail_bi(Code::kUnavailable, "the secret of this source is not one line",
                   "该来源的密钥不是一行文字", "access.secret");
  }
  return out;
}

Result<Credential> Vault::credential(const model::Source& source) const {
  const auto& access = source.terms.access;
  Credential out;
  if (access.kind == AccessKind::kNone) return out;
  if (access.kind == AccessKind::kCertificate) {
    TRY(const auto certificate, own_file(access.certificate));
    TRY(const auto key, own_file(access.key));
    out.certificate_file = certificate.string();
    out.key_file = key.string();
    return out;
  }
  TRY(const std::string secret, this->secret(source));
  if (access.kind == AccessKind::kHeader) {
    out.headers.emplace_back(access.header, secret);
  } else if (access.kind == AccessKind::kBasic) {
    out.headers.emplace_back("Authorization", "Basic " + base64(access.login + ":" + secret));
  } else {
    out.headers.emplace_back("Authorization", "Bearer " + secret);
  }
  return out;
}

Status seal_old_credentials(store::Store& store, const Vault& vault, const journal::Basis& basis) {
  constexpr std::string_view kTable = store::Collection<model::Source>::table;
  constexpr std::size_t kPage = 1000;
  for (std::string after;;) {
    TRY(const auto rows,
        store.read([&](store::ReadTx& tx) { return tx.scan_documents(kTable, after, kPage); }));
    if (rows.empty()) return {};
    after = rows.back().id;
    for (const auto& row : rows) {
      TRY(const Json json, Json::parse(row.body));
      const std::string& secret = json.str("credential");
      if (secret.empty()) continue;
      TRY_STATUS(vault.seal(row.id, secret));
      TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
        TRY(auto source, store::get<model::Source>(tx, row.id));
        source.terms.access = {AccessKind::kHeader,  "", "Authorization",
                               std::string(kSealed), "", ""};
        TRY_STATUS(store::put(tx, source));
        return Status(tx.append({"system:sources",
                                 source.organization,
                                 "source.sealed",
                                 source.id,
                                 "",
                                 basis,
                                 {},
                                 {}})
                          .map([](std::uint64_t) {}));
      }));
    }
  }
}

}  // namespace tocsin::sources
