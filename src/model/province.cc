#include "model/province.h"

#include <algorithm>
#include <array>
#include <string>

namespace tocsin::model {
namespace {

// GB/T 2260-2007, first two digits; unchanged since Chongqing became a municipality in 1997.
constexpr std::array<std::string_view, 34> kProvinces = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
    "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
    "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"};

}  // namespace

Result<std::string> province_of(std::string_view code, std::string_view field,
                                std::string_view rule) {
  const std::string_view first = code.substr(0, 2);
  const bool shaped =
      code.size() == 2 || (code.size() == 6 && std::all_of(code.begin(), code.end(), [](char c) {
                             return c >= '0' && c <= '9';
                           }));
  if (shaped && std::find(kProvinces.begin(), kProvinces.end(), first) != kProvinces.end()) {
    return std::string(first);
  }
  const std::string given(code);
  return fail_bi(
      Code::kInvalid,
      "'" + given +
          "' is not a province of GB/T 2260 (11 or 110000 Beijing, 51 or 510000 "
          "Sichuan)",
      "“" + given + "”不是 GB/T 2260 的省级代码（如 11 或 110000 北京、51 或 510000 四川）",
      std::string(field), std::string(rule));
}

Result<std::vector<std::string>> provinces_of(const std::vector<std::string>& codes,
                                              std::string_view field, std::string_view rule) {
  std::vector<std::string> out;
  for (const auto& code : codes) {
    TRY(out.emplace_back(), province_of(code, field, rule));
  }
  return out;
}

}  // namespace tocsin::model
