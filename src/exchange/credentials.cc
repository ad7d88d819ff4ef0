#include "exchange/credentials.h"

#include "base/crypto/hash.h"
#include "store/collections.h"

namespace tocsin::exchange {
namespace {

/// No SHA-256 of a secret looks like this, so no secret can pass for a certificate.
constexpr std::string_view kPrefix = "x509:";

std::string digest_of(const std::string& sha256) { return std::string(kPrefix) + sha256; }

/// Id of the organisation for which the person acts by the certificate.
Result<std::string> organization_of(store::ReadTx& tx, const model::User& person,
                                    const std::string& code) {
  if (code.empty()) return person.organization;
  TRY(const auto found, store::find_one<model::Organization>(tx, "code", code));
  if (found && person.belongs_to(found->id)) return found->id;
  return fail_bi(Code::kForbidden, person.login + " does not act for " + code,
                 person.login + " 不代表机构 " + code, "organization", "W17-09");
}

/// Whoever runs the platform may hold the key of a certificate, so it binds none with which another
/// person would decide.
Status require_reading(const Principal& by, const CertificateRequest& request) {
  if (!by.user.has(model::Role::kAdmin)) {
    return fail_bi(Code::kForbidden, "another person's certificate is bound by administrators",
                   "他人的客户端证书由平台管理员登记", "actor.roles", "W17-09");
  }
  if (request.scopes.empty() || request.scopes == std::vector<std::string>{"read"}) return {};
  return fail_bi(
      Code::kForbidden,
      "administrators bind a certificate for reading only; for more, " + request.user + " binds it",
      "管理员只能为他人登记只读证书；其他权限由 " + request.user + " 本人登记", "scopes", "W17-10");
}

}  // namespace

std::string certificate_of(const model::Token& token) {
  return token.digest.starts_with(kPrefix) ? token.digest.substr(kPrefix.size()) : std::string();
}

Result<std::optional<model::Token>> token_of_certificate(store::ReadTx& tx,
                                                         const std::string& sha256) {
  return store::find_one<model::Token>(tx, "digest", digest_of(sha256));
}

Result<model::Token> bind_certificate(store::Store& store, const Clock& clock, IdSource& ids,
                                      const Principal& by, const CertificateRequest& request) {
  if (request.user != by.user.login) TRY_STATUS(require_reading(by, request));
  const std::string fingerprint = to_lower(replace_all(request.fingerprint, ":", ""));
  crypto::Digest parsed;
  if (!crypto::from_hex(fingerprint, parsed)) {
    return fail_bi(Code::kInvalid, "64 hexadecimal digits: SHA-256 of the certificate's DER form",
                   "应为 64 位十六进制：证书 DER 编码的 SHA-256", "fingerprint");
  }
  return store.write([&](store::WriteTx& tx) -> Result<model::Token> {
    TRY(const auto user, store::find_one<model::User>(tx, "login", request.user));
    if (!user) {
      return fail_bi(Code::kNotFound, "there is no person " + request.user,
                     "没有用户 " + request.user, "user");
    }
    TRY(const std::string organization, organization_of(tx, *user, request.organization));
    TRY(const auto known, token_of_certificate(tx, fingerprint));
    if (known && !known->revoked) {
      return fail_bi(Code::kConflict, "this certificate is bound already", "该证书已登记",
                     "fingerprint");
    }
    model::Token token;
    token.id = ids.make("tok");
    token.user = user->id;
    token.organization = organization;
    token.label = "certificate " + fingerprint.substr(0, 16);
    token.digest = digest_of(fingerprint);
    token.scopes = request.scopes.empty() ? std::vector<std::string>{"read"} : request.scopes;
    token.created = clock.now();
    token.expires = request.expires;
    if (known) TRY_STATUS(tx.erase_document(store::Collection<model::Token>::table, known->id));
    TRY_STATUS(store::put(tx, token));
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "token.certificate-bound",
                          token.id,
                          "",
                          by.basis_for("W17-09"),
                          {},
                          Json::object({{"user", user->id},
                                        {"organization", organization},
                                        {"fingerprint", fingerprint},
                                        {"scopes", model::to_json(token.scopes)}})}));
    return token;
  });
}

}  // namespace tocsin::exchange
