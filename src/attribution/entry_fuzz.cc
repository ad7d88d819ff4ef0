// First byte: which small parser; rest: what a person or a feed wrote. A canonical key is canonical
// for good, and a malware name says again what it said.
#include <cstdint>
#include <string>
#include <string_view>

#include "attribution/malware_name.h"
#include "attribution/responsible.h"
#include "attribution/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::attribution;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto kinds = enum_names(model::ResponsibilityKey{}).size();
  if (data[0] % (kinds + 1) == kinds) {
    if (const auto name = parse_malware_name(text)) {
      const std::string extension = name->extension.empty() ? "" : "[" + name->extension + "]";
      const std::string again =
          name->system + "." + name->behaviour + "." + name->name + extension + "." + name->variant;
      ASSERT(again == to_lower(trim(text)));
      ASSERT(parse_malware_name(again).has_value());
    }
    (void)division_code(text);
    return 0;
  }
  const auto kind = static_cast<model::ResponsibilityKey>(data[0] % (kinds + 1));
  if (const auto key = canonical_key(kind, text)) {
    const auto again = canonical_key(kind, *key);
    ASSERT(again.has_value());
    ASSERT(*again == *key);
  }
  return 0;
}
