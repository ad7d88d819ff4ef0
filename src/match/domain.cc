#include "match/domain.h"

#include <array>
#include <memory>

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include "base/text.h"
#include "match/canonical.h"

namespace tocsin::match {
namespace {

constexpr std::array<char, 256> fold_table() {
  std::array<char, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) {
    table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    table[static_cast<std::size_t>(c - 32)] = static_cast<char>(c);
  }
  table['-'] = '-';
  table['_'] = '_';
  table['.'] = '.';
  return table;
}

/// Canonical character for each byte; zero for bytes that no host name has.
constexpr std::array<char, 256> kFold = fold_table();

/// ICU's converter, or null when its data is missing. Built once; immutable and thread-safe.
const icu::IDNA* uts46() {
  static const std::unique_ptr<icu::IDNA> kIdna = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::IDNA> made(icu::IDNA::createUTS46Instance(
        UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        error));
    if (U_FAILURE(error)) made.reset();
    return made;
  }();
  return kIdna.get();
}

constexpr std::uint32_t kToleratedErrors =
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

Result<std::string> label_to_ascii(std::string_view label) {
  const icu::IDNA* idna = uts46();
  if (idna == nullptr) return fail(Code::kInternal, "ICU has no UTS #46 data");
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  idna->labelToASCII_UTF8(icu::StringPiece(label.data(), static_cast<std::int32_t>(label.size())),
                          sink, info, error);
  if (U_FAILURE(error) || (info.getErrors() & ~kToleratedErrors) != 0)
    return domain_error("bad-idn");
  return out;
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool has_odd_punycode(const std::string& name) {
  for (const std::string_view label : split(name, '.')) {
    if (label.starts_with("xn--") && !label_to_ascii(label)) return true;
  }
  return false;
}

}  // namespace

tl::unexpected<Error> domain_error(const char* rule) {
  const std::string_view r = rule;
  const auto make = [&](const char* en, const char* zh) {
    return fail_bi(Code::kInvalid, en, zh, "", rule);
  };
  if (r == "single-label") return make("A name needs at least two labels", "域名至少要有两级");
  if (r == "numeric-tld") {
    return make("The last label of a name cannot be a number", "域名的最后一级不能全是数字");
  }
  if (r == "empty-label") return make("The name has an empty label", "域名中有空的一级");
  if (r == "long-label") return make("A label is longer than 63 bytes", "域名的一级超过63字节");
  if (r == "long-name") return make("The name is longer than 253 bytes", "域名超过253字节");
  if (r == "bad-idn") {
    return make("The internationalised name breaks UTS #46", "国际化域名不符合UTS #46");
  }
  return make("The name has a character that names cannot have", "域名中有不允许的字符");
}

const char* ascii_domain(std::string_view text, std::string& out) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return "empty-label";
  if (text.size() > 253) return "long-name";
  char buffer[253];
  std::size_t label = 0;
  bool digits_only = true;
  bool dotted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = kFold[static_cast<unsigned char>(text[i])];
    if (c == 0) return "bad-character";
    buffer[i] = c;
    if (c == '.') {
      if (label == 0) return "empty-label";
      label = 0;
      digits_only = true;
      dotted = true;
      continue;
    }
    if (++label > 63) return "long-label";
    digits_only = digits_only && c >= '0' && c <= '9';
  }
  if (label == 0) return "empty-label";
  if (!dotted) return "single-label";
  if (digits_only) return "numeric-tld";
  out.assign(buffer, text.size());
  return nullptr;
}

Result<std::string> canonical_domain(std::string_view text, std::uint32_t& notes) {
  std::string out;
  std::string mapped;
  if (!is_ascii(text)) {
    // The three other full stops of IDNA (RFC 3490 section 3.1) divide labels too.
    if (text.size() > 4UL * 253) return domain_error("long-name");
    std::string dotted(text);
    for (const std::string_view stop : {"\u3002", "\uff0e", "\uff61"}) {
      dotted = replace_all(std::move(dotted), stop, ".");
    }
    for (const std::string_view label : split(dotted, '.')) {
      if (!mapped.empty()) mapped += '.';
      if (is_ascii(label)) {
        if (label.empty() && mapped.empty()) return domain_error("empty-label");
        mapped += label;
        continue;
      }
      TRY(std::string ascii, label_to_ascii(label));
      if (ascii.empty()) return domain_error("empty-label");
      mapped += ascii;
    }
    notes |= kIdn;
    text = mapped;
  }
  if (const char* rule = ascii_domain(text, out)) return domain_error(rule);
  if (out.find("xn--") != std::string::npos && has_odd_punycode(out)) notes |= kOddPunycode;
  return out;
}

}  // namespace tocsin::match
