#include "desk/second_factor.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "base/crypto/totp.h"
#include "base/random.h"
#include "desk/clocks.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

constexpr std::size_t kRecoveryCodes = 10;
/// 80 bits: beyond guessing also for somebody who has the digests.
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kGroup = 4;

std::string random_text(std::size_t bytes) {
  std::string out(bytes, '\0');
  random_bytes({reinterpret_cast<unsigned char*>(out.data()), out.size()});
  return out;
}

/// `ABCD-EFGH-IJKL-MNOP`, as people copy it.
std::string grouped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += kGroup) {
    if (at > 0) out += '-';
    out += text.substr(at, kGroup);
  }
  return out;
}

/// However somebody typed it.
std::string recovery_digest(std::string_view typed) {
  std::string plain;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return crypto::sha256_hex(plain);
}

Result<std::optional<SecondFactor>> factor_of(store::ReadTx& tx, std::string_view user) {
  TRY(const auto body, tx.get_document(store::Collection<SecondFactor>::table, user));
  if (!body) return std::optional<SecondFactor>();
  TRY(auto factor, store::decode<SecondFactor>(*body));
  return std::optional<SecondFactor>(std::move(factor));
}

tl::unexpected<Error> wrong_code() {
  return fail_bi(Code::kUnauthenticated, "the code is wrong, too old, or was used before",
                 "验证码错误、已过期或已使用过", "code", "W17-09");
}

}  // namespace

Status SecondFactors::journal(store::WriteTx& tx, const Actor& actor, const std::string& action,
                              const std::string& subject) {
  TRY_STATUS(tx.append({actor.user.id,
                        actor.organization.id,
                        action,
                        subject,
                        "",
                        basis_in(*law_, "6", "W17-09"),
                        {},
                        {}}));
  return {};
}

Result<Enrolment> SecondFactors::enrol(const Actor& actor) {
  const std::string secret = random_text(crypto::kTotpSecretBytes);
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto known, factor_of(tx, actor.user.id));
    if (known && known->confirmed) {
      return fail_bi(Code::kConflict,
                     "a second factor is in use; an administrator can reset it first",
                     "已启用第二因素；如需更换，请先由管理员重置", "second_factor", "W17-09");
    }
    SecondFactor factor;
    factor.id = actor.user.id;
    factor.enrolled = clock_.now();
    TRY_STATUS(store::put(tx, factor));
    TRY_STATUS(journal(tx, actor, "second-factor.enrolled", factor.id));
    // Last, so that a file without its document cannot be left behind by a refusal.
    return files_.seal(factor.id, secret);
  }));
  return Enrolment{crypto::base32(secret), crypto::totp_uri("Tocsin", actor.user.login, secret)};
}

Result<RecoveryCodes> SecondFactors::confirm(const Actor& actor, std::string_view code) {
  return store_.write([&](store::WriteTx& tx) -> Result<RecoveryCodes> {
    TRY(auto factor, factor_of(tx, actor.user.id));
    if (!factor || factor->confirmed) {
      return fail_bi(Code::kConflict, "there is no second factor that waits to be confirmed",
                     "没有待确认的第二因素", "second_factor", "W17-09");
    }
    TRY(const std::string secret, files_.read(factor->id));
    const auto step = crypto::totp_accept(secret, code, clock_.now(), factor->last_step);
    if (!step) return wrong_code();
    RecoveryCodes out;
    for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
      const std::string one = crypto::base32(random_text(kRecoveryBytes));
      factor->recovery.push_back(recovery_digest(one));
      out.recovery_codes.push_back(grouped(one));
    }
    factor->confirmed = clock_.now();
    factor->last_step = *step;
    TRY_STATUS(store::put(tx, *factor));
    TRY_STATUS(journal(tx, actor, "second-factor.confirmed", factor->id));
    return out;
  });
}

Result<FactorState> SecondFactors::reset(const Actor& actor, std::string_view login) {
  std::string person;
  TRY(const auto state, store_.write([&](store::WriteTx& tx) -> Result<FactorState> {
    TRY_STATUS(require_role(actor, model::Role::kAdmin, "W17-09"));
    TRY(const auto user, store::find_one<model::User>(tx, "login", login));
    if (!user) {
      return fail_bi(Code::kNotFound, "there is no person " + std::string(login),
                     "没有用户 " + std::string(login), "login");
    }
    person = user->id;
    TRY(const auto factor, factor_of(tx, user->id));
    if (factor) {
      TRY_STATUS(tx.erase_document(store::Collection<SecondFactor>::table, user->id));
      TRY_STATUS(journal(tx, actor, "second-factor.reset", user->id));
    }
    return this->state(tx, *user);
  }));
  files_.forget(person);
  return state;
}

Result<FactorState> SecondFactors::state(store::ReadTx& tx, const model::User& user) const {
  TRY(const auto factor, factor_of(tx, user.id));
  FactorState out;
  out.confirmed = factor && factor->confirmed;
  out.required = std::any_of(required_for_.begin(), required_for_.end(),
                             [&](model::Role role) { return user.has_anywhere(role); });
  if (factor) out.recovery_left = static_cast<std::int64_t>(factor->recovery.size());
  return out;
}

Status SecondFactors::take(store::WriteTx& tx, const model::User& user, std::string_view code) {
  TRY(auto factor, factor_of(tx, user.id));
  if (!factor || !factor->confirmed) return {};
  if (code.empty()) {
    return fail_bi(Code::kUnauthenticated, "a code of the second factor is needed",
                   "需要输入第二因素验证码", "code", std::string(kSecondFactorRequired));
  }
  TRY(const std::string secret, files_.read(user.id));
  const auto step = crypto::totp_accept(secret, code, clock_.now(), factor->last_step);
  if (step) {
    factor->last_step = *step;
    return store::put(tx, *factor);
  }
  const auto used =
      std::find(factor->recovery.begin(), factor->recovery.end(), recovery_digest(code));
  if (used == factor->recovery.end()) return wrong_code();
  factor->recovery.erase(used);
  return store::put(tx, *factor);
}

}  // namespace tocsin::desk
