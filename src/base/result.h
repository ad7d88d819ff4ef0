// Expected outcomes are values: Result<T> holds either a T or an Error.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace tocsin {

/// What a caller can react to. A code exists only if somebody treats it differently from the rest.
enum class Code {
  kInvalid,          ///< the input breaks a rule; `field` and `rule` say where and which
  kUnauthenticated,  ///< nobody proved who is asking
  kForbidden,        ///< this person or organisation may not do that
  kRefused,          ///< the law, or the separation of hands, does not allow it now
  kNotFound,
  kConflict,     ///< somebody else changed it, or it exists already
  kTooLarge,     ///< over a limit of the limits table (docs/architecture.md)
  kOverloaded,   ///< try again later
  kUnavailable,  ///< a peer or device did not answer
  kCorrupt,      ///< stored or received bytes fail their own check
  kInternal,     ///< input/output failed, or a bug
};

/// The code's stable lower-case name, used in logs, JSON and tests.
std::string_view name(Code code);

/// Why something was not done. Messages name the place and the rule that was broken.
struct Error {
  Code code = Code::kInternal;
  std::string message;     ///< English, one sentence
  std::string message_zh;  ///< Chinese; empty when only operators of the program see it
  std::string field;       ///< JSON path, option, or `line N`; may be empty
  std::string rule;        ///< requirement ID (W17-24), RFC section or own rule name; may be empty

  /// The same error with the place prefixed: at("objects[3]") turns `id` into `objects[3].id`.
  Error at(std::string_view place) const;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// Builds the failed side of any Result.
[[nodiscard]] tl::unexpected<Error> fail(Code code, std::string message, std::string field = {},
                                         std::string rule = {});
/// The same with the Chinese text; for everything a user of the console or the API can meet.
[[nodiscard]] tl::unexpected<Error> fail_bi(Code code, std::string message, std::string message_zh,
                                            std::string field = {}, std::string rule = {});

/// A broken promise of our own code: prints the place and aborts, in release builds too.
[[noreturn]] void panic(const char* file, int line, const char* what);

}  // namespace tocsin

#define TOCSIN_CONCAT_(a, b) a##b
#define TOCSIN_CONCAT(a, b) TOCSIN_CONCAT_(a, b)

/// TRY(auto value, expression): unwraps a Result or returns its Error from the function.
#define TRY(decl, ...)                                                       \
  auto TOCSIN_CONCAT(try_, __LINE__) = (__VA_ARGS__);                        \
  if (!TOCSIN_CONCAT(try_, __LINE__))                                        \
    return tl::unexpected(std::move(TOCSIN_CONCAT(try_, __LINE__)).error()); \
  decl = std::move(*TOCSIN_CONCAT(try_, __LINE__))

/// TRY_STATUS(expression): the same for Status.
#define TRY_STATUS(...)                                                                   \
  if (auto TOCSIN_CONCAT(try_, __LINE__) = (__VA_ARGS__); !TOCSIN_CONCAT(try_, __LINE__)) \
  return tl::unexpected(std::move(TOCSIN_CONCAT(try_, __LINE__)).error())

/// An assertion that stays on in release builds.
#define ASSERT(cond) ((cond) ? static_cast<void>(0) : ::tocsin::panic(__FILE__, __LINE__, #cond))
