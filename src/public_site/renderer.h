// Pages from templates. Values are escaped by the place they stand in (text, attribute, address);
// no template can switch that off.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "public_site/catalogue.h"

namespace tocsin::public_site {

/// Thread safety: safe once made.
class Renderer {
 public:
  /// kInvalid naming the template that is broken.
  static Result<Renderer> make(Catalogue catalogue);
  ~Renderer();
  Renderer(Renderer&&) noexcept;

  /// The page `name` between head and foot. `values`: a text is a value, true shows a section, an
  /// object shows it with values of its own, a list repeats it. What is not set is empty.
  std::string page(std::string_view name, Lang lang, const Json& values) const;
  const Catalogue& catalogue() const { return catalogue_; }

 private:
  struct Templates;
  Renderer(Catalogue catalogue, std::unique_ptr<Templates> templates);

  Catalogue catalogue_;
  std::unique_ptr<Templates> templates_;
};

}  // namespace tocsin::public_site
