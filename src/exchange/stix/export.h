// A bundle written as it is read, one object after the other: memory stays flat with its size.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "exchange/stix/base.h"
#include "model/threat.h"

namespace tocsin::exchange::stix {

/// Receives pieces of the bundle; false: nobody listens any more.
using Write = std::function<bool(std::string_view)>;

/// One bundle: each object begins on a line of its own. The id is made of `name`, so that the same
/// export is the same bundle.
class BundleWriter {
 public:
  BundleWriter(std::string_view name, Write write);
  bool object(std::string_view id, std::string_view bytes);
  bool finish();

 private:
  const std::string id_;
  Write write_;
  bool begun_ = false;
  std::set<std::string, std::less<>> shared_;  ///< identities and markings: once a bundle
};

/// The newest version of every object of a collection that was added after `since`.
Status export_collection(store::ReadTx& tx, const model::ExchangeCollection& collection,
                         Instant since, BundleWriter& out);

/// One case, rendered now.
Status export_case(store::ReadTx& tx, const model::Threat& threat, BundleWriter& out);

/// Every case that `wanted` lets through and that was determined after `since`.
Status export_cases(store::ReadTx& tx, Instant since,
                    const std::function<Result<bool>(const model::Threat&)>& wanted,
                    BundleWriter& out);

}  // namespace tocsin::exchange::stix
