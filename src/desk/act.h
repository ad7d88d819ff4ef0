// The one transaction around an act.
#pragma once

#include "desk/desk.h"
#include "desk/remembered.h"

namespace tocsin::desk {

/// One act inside a transaction that is open already.
template <typename F>
auto Desk::act_in(store::WriteTx& tx, const Actor& actor, F&& body)
    -> std::invoke_result_t<F, Context&> {
  Context context(services_, actor, tx);
  return once(tx, actor, context.now, [&] { return body(context); });
}

template <typename F>
auto Desk::act(const Actor& actor, F&& body) -> std::invoke_result_t<F, Context&> {
  using R = std::invoke_result_t<F, Context&>;
  return services_.store.write(
      [&](store::WriteTx& tx) -> R { return act_in(tx, actor, std::forward<F>(body)); });
}

}  // namespace tocsin::desk
