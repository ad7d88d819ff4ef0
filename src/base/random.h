// Unpredictable bytes from the operating system.
#pragma once

#include <span>
#include <string>

namespace tocsin {

/// Fills `out` from the kernel's generator; aborts if the kernel cannot give them.
void random_bytes(std::span<unsigned char> out);

/// `bytes` random bytes as URL-safe base 64 without padding: a token or a password.
std::string random_secret(std::size_t bytes);

}  // namespace tocsin
