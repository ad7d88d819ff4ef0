#include "desk/issue_token.h"

#include "base/crypto/password.h"
#include "base/crypto/token.h"
#include "desk/clocks.h"
#include "desk/common_passwords.h"
#include "store/collections.h"

namespace tocsin::desk {
namespace {

constexpr std::size_t kShortestPassword = 12;

}  // namespace

Result<std::string> hash_new_password(const std::string& password, std::string_view login) {
  if (password.size() < kShortestPassword) {
    return fail_bi(Code::kInvalid, "a password has at least 12 characters", "密码至少 12 个字符",
                   "password");
  }
  if (is_common_password(password, login)) {
    return fail_bi(Code::kInvalid,
                   "this password is among the first that are tried: common words, the login, "
                   "repetitions, rows of keys or digits; take another one, some unrelated words "
                   "for instance",
                   "该密码过于常见，容易被猜到（常用词、登录名、重复或连续的字符、键盘序列）；"
                   "请改用其他密码，例如几个互不相关的词",
                   "password", "NIST-SP-800-63B");
  }
  return crypto::hash_password(password);
}

Result<IssuedToken> make_token(store::WriteTx& tx, IdSource& ids, Instant now,
                               const law::Library& law, const Actor& actor, const model::User& user,
                               const TokenRequest& request, const std::string& point,
                               const std::string& source) {
  const auto made = crypto::make_token();
  model::Token token;
  token.id = ids.make("tok");
  token.user = user.id;
  token.organization = user.organization;
  token.label = request.label;
  token.digest = made.digest;
  token.scopes = request.scopes.empty() ? std::vector<std::string>{"*"} : request.scopes;
  token.point = point;
  token.source = source;
  token.created = now;
  token.expires = request.expires;
  TRY_STATUS(store::put(tx, token));
  TRY_STATUS(tx.append({actor.user.id,
                        actor.organization.id,
                        "token.issued",
                        token.id,
                        "",
                        basis_in(law, "6", "W17-09"),
                        {},
                        Json::object({{"user", user.id},
                                      {"organization", token.organization},
                                      {"label", token.label},
                                      {"scopes", model::to_json(token.scopes)}})}));
  return IssuedToken{token.id, made.secret, {}};
}

}  // namespace tocsin::desk
