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

bool is_province(std::string_view code) {
  return std::find(kProvinces.begin(), kProvinces.end(), code) != kProvinces.end();
}

Text not_a_province(std::string_view code) {
  const std::string given(code);
  return {"“" + given + "”不是 GB/T 2260 的省级代码（两位，如 11 北京、51 四川）",
          "'" + given +
              "' is not a province of GB/T 2260 (two digits, such as 11 Beijing or 51 Sichuan)"};
}

}  // namespace tocsin::model
