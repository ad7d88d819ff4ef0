// What the desk needs from outside, passed in: nothing here reaches for a global.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/ids.h"
#include "law/library.h"
#include "match/guard.h"
#include "store/store.h"

namespace tocsin::desk {

struct Signature {
  std::string pem;     ///< detached CMS
  std::string signer;  ///< certificate fingerprint
};

/// Signs for an authority. Implementations hold the keys.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual Result<Signature> sign(const std::string& organization, std::string_view document,
                                 Instant at) = 0;
};

struct Services {
  store::Store& store;
  const law::CurrentLibrary& law;
  std::function<std::shared_ptr<const match::Guard>()> guard;
  Signer& signer;
  const Clock& clock;
  IdSource& ids;
};

}  // namespace tocsin::desk
