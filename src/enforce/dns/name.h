// A domain name in wire form (RFC 1035 §3.1), never longer than 255 bytes, labels never over 63.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::enforce::dns {

inline constexpr std::size_t kNameLimitBytes = 255;
inline constexpr std::size_t kLabelLimitBytes = 63;

/// An absolute domain name. The spelling is kept, comparison folds ASCII case. Values copy.
class Name {
 public:
  Name() : wire_(1, '\0') {}  ///< the root

  /// Presentation form with or without the final dot; `\.` and `\DDD` escapes. kInvalid.
  static Result<Name> parse(std::string_view text);
  /// Reads at `pos` of a whole message, follows compression pointers (each must point further
  /// back than the one before, so the walk ends) and moves `pos` behind the name. kInvalid.
  static Result<Name> decode(std::string_view message, std::size_t& pos);

  /// Uncompressed, with the final zero byte.
  const std::string& wire() const { return wire_; }
  /// The labels without the final zero byte: what can be put before another name.
  std::string_view labels() const { return std::string_view(wire_).substr(0, wire_.size() - 1); }
  /// Presentation form without the final dot; the root is ".".
  std::string text() const;
  Name lower() const;
  bool is_root() const { return wire_.size() == 1; }
  std::size_t label_count() const;
  /// True for `ancestor` itself and for everything below it.
  bool is_within(const Name& ancestor) const;

  bool operator==(const Name& other) const;

 private:
  std::string wire_;
};

/// ASCII letters folded; safe on wire form, because a length byte is never a letter.
std::string fold_wire(std::string_view wire);

}  // namespace tocsin::enforce::dns
