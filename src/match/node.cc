#include "match/node.h"

#include <algorithm>

#include "base/fold.h"
#include "base/text.h"
#include "match/canonical.h"

namespace tocsin::match {
namespace {

using E = model::EntityKind;

constexpr std::size_t kMaxEntityBytes = 500;
constexpr std::size_t kFingerprintDigits = 64;

/// White space and what cannot be seen become one blank, none at the ends.
std::string single_spaced(std::string_view text) {
  std::string out;
  bool gap = false;
  while (!text.empty()) {
    const std::size_t blank = blank_at(text);
    if (blank > 0) {
      gap = !out.empty();
    } else {
      if (gap) out += ' ';
      gap = false;
      out += text.front();
    }
    text.remove_prefix(std::max<std::size_t>(blank, 1));
  }
  return out;
}

std::string without(std::string text, std::string_view dropped) {
  std::erase_if(text, [&](char c) { return dropped.find(c) != std::string_view::npos; });
  return text;
}

Result<std::string> entity(E kind, std::string_view text) {
  std::string value = single_spaced(text);
  switch (kind) {
    case E::kPerson:
    case E::kGroup:
    case E::kCompany:
      break;
    case E::kPaymentAccount:
      value = without(std::move(value), " -");
      break;
    case E::kCampaign:
    case E::kMalwareFamily:
      value = to_lower(value);
      break;
    case E::kCertificate:
      value = to_lower(without(std::move(value), " :"));
      if (value.size() != kFingerprintDigits ||
          value.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return fail_bi(Code::kInvalid, "a certificate is named by its SHA-256, 64 digits",
                       "证书以 SHA-256 指纹（64 位十六进制）表示", "value", "bad-fingerprint");
      }
      break;
  }
  const bool control = std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (value.empty() || value.size() > kMaxEntityBytes || control || !is_utf8(value)) {
    return fail_bi(Code::kInvalid, "a name has 1 to 500 bytes of UTF-8, no control characters",
                   "名称须为 1 至 500 字节的 UTF-8 文本，且不含控制字符", "value", "bad-name");
  }
  return value;
}

}  // namespace

Result<model::Node> canonical_node(model::NodeKind kind, std::string_view text) {
  const auto number = static_cast<std::int64_t>(kind);
  if (number >= model::kFirstEntity) {
    TRY(auto value, entity(static_cast<E>(number - model::kFirstEntity), text));
    return model::Node{kind, std::move(value)};
  }
  TRY(const auto indicator, canonical(text, static_cast<model::IndicatorKind>(number)));
  return model::node_of(indicator);
}

Result<model::Node> read_node(std::string_view text) {
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const auto kind = model::node_kind_named(text.substr(0, colon));
    if (kind) return canonical_node(*kind, text.substr(colon + 1));
  }
  TRY(const auto indicator, canonical(text));
  return model::node_of(indicator);
}

}  // namespace tocsin::match
