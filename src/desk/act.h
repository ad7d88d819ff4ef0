// The one transaction around an act, with the memory that makes requests idempotent.
#pragma once

#include "desk/desk.h"

namespace tocsin::desk {

/// One act inside a transaction that is open already.
template <typename F>
auto Desk::act_in(store::WriteTx& tx, const Actor& actor, F&& body)
    -> std::invoke_result_t<F, Context&> {
  using R = std::invoke_result_t<F, Context&>;
  using T = typename R::value_type;
  const std::string key =
      actor.idempotency_key.empty() ? "" : actor.user.id + ":" + actor.idempotency_key;
  if (!key.empty()) {
    TRY(const auto known, tx.remembered(key));
    if (known) {
      TRY(const Json answer, Json::parse(*known));
      if (answer.str("request") != actor.request_digest) {
        return fail_bi(Code::kConflict, "this idempotency key was used for another request",
                       "该幂等键已用于另一请求", "Idempotency-Key");
      }
      T value{};
      TRY_STATUS(model::from_json(answer["answer"], value));
      return value;
    }
  }
  Context context(services_, actor, tx);
  R result = body(context);
  if (result && !key.empty()) {
    const Json answer =
        Json::object({{"request", actor.request_digest}, {"answer", model::to_json(*result)}});
    TRY_STATUS(tx.remember(key, answer.dump(), context.now));
  }
  return result;
}

template <typename F>
auto Desk::act(const Actor& actor, F&& body) -> std::invoke_result_t<F, Context&> {
  using R = std::invoke_result_t<F, Context&>;
  return services_.store.write(
      [&](store::WriteTx& tx) -> R { return act_in(tx, actor, std::forward<F>(body)); });
}

}  // namespace tocsin::desk
