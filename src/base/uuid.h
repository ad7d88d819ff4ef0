// UUIDs of RFC 9562, as STIX and TAXII want them.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// Version 4: 122 random bits.
std::string random_uuid();

/// Version 5 in the name space of this program: the same name gives the same UUID everywhere, so
/// what is rendered again is the same object.
std::string name_uuid(std::string_view name);

bool is_uuid(std::string_view text);

}  // namespace tocsin
