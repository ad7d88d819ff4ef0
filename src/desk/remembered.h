// The memory that makes a repeated request harmless: one key, one request, one answer, kept in the
// same transaction as what the request did.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "desk/actor.h"
#include "model/list.h"
#include "store/store.h"

namespace tocsin::desk {

/// What of an answer is kept. No secret is: a replay gives the answer without it.
template <typename T>
T memorable(T answer) {
  return answer;
}
inline model::User memorable(model::User user) {
  user.password.clear();
  return user;
}
inline model::EnforcementPoint memorable(model::EnforcementPoint point) {
  if (!point.tsig_secret.empty()) point.tsig_secret = "***";
  return point;
}

/// Keys belong to a person. Empty: the request carries none.
inline std::string memory_key(const Actor& actor) {
  return actor.idempotency_key.empty() ? "" : actor.user.id + ":" + actor.idempotency_key;
}

inline Status key_used_for_another() {
  return fail_bi(Code::kConflict, "this idempotency key was used for another request",
                 "该幂等键已用于另一请求", "Idempotency-Key");
}

/// The answer that this very request had; kConflict when its key was used for another one.
template <typename T>
Result<std::optional<T>> remembered(store::ReadTx& tx, const Actor& actor) {
  const std::string key = memory_key(actor);
  if (key.empty()) return std::optional<T>();
  TRY(const auto known, tx.remembered(key));
  if (!known) return std::optional<T>();
  TRY(const Json answer, Json::parse(*known));
  if (answer.str("request") != actor.request_digest) {
    return tl::unexpected(key_used_for_another().error());
  }
  T value{};
  TRY_STATUS(model::from_json(answer["answer"], value));
  return std::optional<T>(std::move(value));
}

/// Runs `body` unless its answer is remembered; remembers a success. A refusal is not remembered:
/// what was wrong may be right by then.
template <typename F>
auto once(store::WriteTx& tx, const Actor& actor, Instant now, F&& body)
    -> std::invoke_result_t<F> {
  using R = std::invoke_result_t<F>;
  using T = typename R::value_type;
  TRY(auto known, remembered<T>(tx, actor));
  if (known) return std::move(*known);
  R result = body();
  const std::string key = memory_key(actor);
  if (result && !key.empty()) {
    const Json answer = Json::object(
        {{"request", actor.request_digest}, {"answer", model::to_json(memorable(*result))}});
    TRY_STATUS(tx.remember(key, answer.dump(), actor.key_lasts ? Instant() : now));
  }
  return result;
}

}  // namespace tocsin::desk
