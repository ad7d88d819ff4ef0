// Words of the trade: provinces of GB/T 2260, and operators as the different sources write them.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace tocsin::attribution {

/// Two digits of GB/T 2260 for a Chinese name with or without its suffix, from its first characters
/// (`广东省`, `广西`, `内蒙古自治区`, `山东省济南市`); empty when it begins with none. 71 Taiwan,
/// 81 Hong Kong and 82 Macao are answered too: is_mainland() tells them apart.
std::string_view division_code(std::string_view chinese);
/// 31 provincial administrations have jurisdiction over these; not over 71, 81, 82.
bool is_mainland(std::string_view code);
/// `TW`, `HK`, `MO` for 71, 81, 82; empty for the rest.
std::string_view region_of_division(std::string_view code);
/// Name of a division; empty for an unknown code.
Text division_name(std::string_view code);

/// An operator under one key, whatever the source calls it.
struct Operator {
  std::string key;  ///< `chinanet`; the folded text itself when we know no other name of it
  Text title;
};
/// By a word of a source: `chinanet`, `chinanet6`, `电信`, `中国电信`, `China Telecom`.
Operator operator_of(std::string_view text);

}  // namespace tocsin::attribution
