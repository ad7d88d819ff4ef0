// The hub: storage, desk, list, resolvers and interfaces wired together, with an orderly start and
// stop. The same program serves a ministry, a province or an operator.
#pragma once

#include <memory>

#include "hub/options.h"

namespace tocsin::desk {
class Desk;
class Registry;
}  // namespace tocsin::desk
namespace tocsin::store {
class Store;
}

namespace tocsin::hub {

class KeyRing;

/// Start order: store, law, guard, keys, desk, list, resolvers, interfaces. stop() goes backwards:
/// first no new requests, then what is running ends, then the followers, last the store.
class Hub {
 public:
  /// kUnavailable when an address is taken, kInternal when another hub has the folder, kCorrupt or
  /// kInvalid for data that cannot be used.
  static Result<std::unique_ptr<Hub>> start(HubOptions options, const Clock& clock);
  virtual ~Hub() = default;
  virtual void stop() = 0;

  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t dns_port() const = 0;
  virtual desk::Registry& registry() = 0;
  virtual store::Store& store() = 0;
};

}  // namespace tocsin::hub
