// The outside of an evidence bundle: a ustar file (POSIX.1-1988) of which no byte is free to vary.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::evidence {

inline constexpr std::size_t kMaxBundleBytes = 256U << 20;
inline constexpr std::size_t kMaxFileBytes = 64U << 20;
inline constexpr std::size_t kMaxFiles = 20'000;

/// Path to content, in byte order of the paths.
using Files = std::map<std::string, std::string, std::less<>>;
/// The same, pointing into the bytes that were unpacked.
using FileViews = std::map<std::string, std::string_view, std::less<>>;

/// 1 to 64 of [A-Za-z0-9_-], the first not '-': an identifier that is safe as a file name.
bool is_file_id(std::string_view text);

/// True for the paths that the format knows (docs/evidence.md) and no others.
bool is_bundle_path(std::string_view path);

/// The file's bytes depend on paths and contents only: fixed mode, owner and time, sorted paths.
/// kInvalid for an unknown path, kTooLarge beyond the limits.
Result<std::string> pack(const Files& files);

/// True when the bytes begin as pack() begins, whole or damaged; false for another kind of file.
bool looks_like_bundle(std::string_view bytes);

/// Accepts exactly what pack() writes: every header, padding and end byte is compared. kCorrupt
/// names the byte; kTooLarge beyond the limits.
Result<FileViews> unpack(std::string_view bytes);

}  // namespace tocsin::evidence
