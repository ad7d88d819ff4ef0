// First byte: kind of reference data, and whether the rest is a saved snapshot. The counts must add
// up, what is saved must come back, and every table must answer as its rows do.
#include <cstdint>
#include <string_view>

#include "attribution/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::attribution;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  if ((data[0] & 0x80) != 0) {
    if (const auto set = load(rest)) {
      ASSERT(load(save(*set)).has_value());
      (void)set->of_address(*match::parse_address("192.0.2.1"));
      (void)set->of_address(*match::parse_address("2001:db8::1"));
      (void)set->of_number("8613800138000");
    }
    return 0;
  }
  const auto kinds = enum_names(model::ReferenceKind{}).size();
  const auto kind = static_cast<model::ReferenceKind>(data[0] % kinds);
  const auto set = read_reference({kind, "CN"}, rest);
  if (!set) return 0;
  ASSERT(set->info.rows > 0);
  const auto back = load(save(*set));
  ASSERT(back.has_value());
  ASSERT(save(*back) == save(*set));
  for (std::size_t i = 0; i < set->v4.runs(); ++i) {
    const auto here = set->of_address(address_of(set->v4.starts()[i]));
    ASSERT(here.has_value() == (set->v4.values()[i] != FlatTable<std::uint32_t>::kNone));
  }
  return 0;
}
