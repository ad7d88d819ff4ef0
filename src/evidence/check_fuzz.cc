// Foreign bundles: as a whole, and their parts one by one (random bytes rarely pass the signature).
#include <cstdint>
#include <string_view>

#include "evidence/check.h"
#include "journal/entry.h"
#include "journal/merkle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto report = evidence::check(input);
  if (report.ok == report.first_broken.has_value()) __builtin_trap();
  (void)evidence::to_text(report, Lang::kZh);
  (void)evidence::to_json(report).canonical();
  if (const auto files = evidence::unpack(input)) {
    // What is accepted has one form only.
    if (*evidence::pack({files->begin(), files->end()}) != input) __builtin_trap();
  }
  if (const auto manifest = evidence::Manifest::parse(input)) {
    if (manifest->canonical() != input) __builtin_trap();
  }
  if (const auto head = journal::TreeHead::parse(input)) {
    if (head->canonical() != input) __builtin_trap();
  }
  if (const auto json = Json::parse(input)) {
    (void)journal::proof_from_json(*json);
    (void)journal::Frontier::from_json(*json);
    if (const auto entry = journal::from_json(*json)) {
      const auto again = journal::from_json(journal::to_json(*entry));
      if (!again || journal::compute_hash(*again) != journal::compute_hash(*entry)) {
        __builtin_trap();
      }
    }
  }
  return 0;
}
