// Passwords that are among the first to be tried (NIST SP 800-63B, 5.1.1.2): what people commonly
// choose, and what belongs to the service or the person. What a password is made of is nobody's
// business.
#pragma once

#include <string_view>

namespace tocsin::desk {

/// Nothing but common words, the login, repetitions, rows of keys, sequences and years, in any
/// order and case, with the usual signs for letters (`p@ssw0rd`).
bool is_common_password(std::string_view password, std::string_view login);

}  // namespace tocsin::desk
