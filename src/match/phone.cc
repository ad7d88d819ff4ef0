#include "match/phone.h"

#include <string>

#include "base/text.h"

namespace tocsin::match {
namespace {

using model::Indicator;
using model::IndicatorKind;

tl::unexpected<Error> bad_phone() {
  return fail_bi(Code::kInvalid, "Not a telephone number that we know a form of",
                 "不是可识别的电话号码", "", "bad-phone");
}

/// Digits, with a leading '+' if there was one; empty when something else is in the text.
std::string strip(std::string_view text) {
  text = trim(text);
  if (text.size() > 64) return {};
  if (text.size() > 4 && iequals(text.substr(0, 4), "tel:")) text.remove_prefix(4);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      out.push_back(c);
    } else if (c == '+' && out.empty()) {
      out.push_back('+');
    } else if (text.substr(i).starts_with("\xef\xbc")) {  // full-width forms U+FF00..FF3F
      const auto low = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0;
      if (low >= 0x90 && low <= 0x99) {
        out.push_back(static_cast<char>('0' + (low - 0x90)));
      } else if (low == 0x8b && out.empty()) {
        out.push_back('+');
      } else if (low != 0x88 && low != 0x89 && low != 0x8d) {  // brackets, hyphen
        return {};
      }
      i += 2;
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.' && c != '\t') {
      return {};
    }
  }
  return out;
}

bool is_mobile(std::string_view n) {
  return n.size() == 11 && n[0] == '1' && n[1] >= '3' && n[1] <= '9';
}

bool is_iot(std::string_view n) { return n.size() == 13 && n.starts_with("14"); }

/// Codes that work without an area code: 110, 10086, 12306, 1010xxxx, 95588, 96110, 400, 800.
bool is_short_or_service(std::string_view n) {
  if (n.starts_with("400") || n.starts_with("800")) return n.size() == 10;
  if (n.starts_with("95")) return n.size() >= 5 && n.size() <= 8;
  if (n.starts_with("96")) return n.size() >= 5 && n.size() <= 6;
  if (n.starts_with("1010")) return n.size() == 8;
  if (n.size() < 3 || n.size() > 6 || n[0] != '1') return false;
  return n[1] == '0' || n[1] == '1' || n[1] == '2';
}

/// Area code without its 0, then a subscriber number or a short code (`010-12321`).
bool is_fixed(std::string_view n) {
  if (n.size() < 5 || n[0] == '0') return false;
  const bool two = n.starts_with("10") || n[0] == '2';
  if (n[0] == '1' && !two) return false;
  const std::string_view local = n.substr(two ? 2 : 3);
  if (is_short_or_service(local) && local.size() <= 8) return true;
  if (local.empty() || local[0] < '2') return false;
  return local.size() == 8 || (local.size() == 7 && !two);
}

/// +86 10 6xxx xxxx looks like a port of 106 but is a Beijing line: it has ten digits.
bool is_sms_port(std::string_view n, bool country_given) {
  return n.starts_with("106") && n.size() >= 7 && n.size() <= 21 &&
         !(country_given && n.size() == 10);
}

Result<Indicator> chinese(std::string_view n, bool country_given) {
  for (const std::string_view dial : {"17951", "17911", "12593", "10193", "12520"}) {
    if (n.starts_with(dial) && n.size() >= dial.size() + 10) n.remove_prefix(dial.size());
  }
  if (is_sms_port(n, country_given)) return Indicator{IndicatorKind::kSmsPort, std::string(n)};
  bool ok = is_mobile(n) || is_iot(n) || is_short_or_service(n);
  if (!ok && n.starts_with('0') && (is_fixed(n.substr(1)) || is_mobile(n.substr(1)))) {
    n.remove_prefix(1);
    ok = true;
  }
  ok = ok || (country_given && is_fixed(n));
  if (!ok) return bad_phone();
  return Indicator{IndicatorKind::kPhone, "+86" + std::string(n)};
}

}  // namespace

Result<Indicator> canonical_phone(std::string_view text) {
  const std::string digits = strip(text);
  std::string_view n = digits;
  bool international = false;
  if (n.starts_with('+')) {
    n.remove_prefix(1);
    international = true;
  } else if (n.starts_with("00")) {
    n.remove_prefix(2);
    international = true;
  }
  if (n.size() < 3) return bad_phone();
  if (international) {
    if (n.starts_with("86")) return chinese(n.substr(2), true);
    if (n[0] == '0' || n.size() < 7 || n.size() > 15) return bad_phone();
    return Indicator{IndicatorKind::kPhone, "+" + std::string(n)};
  }
  // 86 without a plus is a country code only when what follows is a whole number.
  if (n.starts_with("86") && n.size() >= 12) return chinese(n.substr(2), true);
  return chinese(n, false);
}

Result<Indicator> canonical_sms_port(std::string_view text) {
  const std::string digits = strip(text);
  if (digits.size() >= 3 && digits.size() <= 21 && (digits[0] == '1' || digits[0] == '9') &&
      (digits.starts_with("106") || is_short_or_service(digits))) {
    return Indicator{IndicatorKind::kSmsPort, digits};
  }
  return canonical_phone(text);
}

}  // namespace tocsin::match
