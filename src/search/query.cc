#include "search/query.h"

#include <algorithm>

#include "base/fold.h"
#include "match/address.h"
#include "search/fields.h"
#include "search/words.h"

namespace tocsin::search {
namespace {

using store::TextTerm;

struct Quote {
  std::string_view open;
  std::string_view close;
};
constexpr Quote kQuotes[] = {{"\"", "\""}, {"“", "”"}, {"「", "」"}};
constexpr std::string_view kColons[] = {":", "："};
constexpr std::string_view kCommas[] = {",", "，", "、"};

template <std::size_t N>
std::size_t any_at(std::string_view text, const std::string_view (&marks)[N]) {
  for (const auto mark : marks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

const Quote* quote_at(std::string_view text) {
  for (const auto& quote : kQuotes) {
    if (text.starts_with(quote.open)) return &quote;
  }
  return nullptr;
}

/// Bytes of one UTF-8 character; 1 for what is none.
std::size_t step(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::min(n, text.size());
}

class Parser {
 public:
  Parser(std::string_view text, Place place) : rest_(text) {
    query_.place = place;
    query_.text = text;
  }

  Result<Query> run() {
    if (rest_.size() > kLongestQuery) {
      return fail_bi(Code::kTooLarge, "a query has at most 2,000 bytes", "检索式不超过 2000 字节",
                     "q");
    }
    if (!is_utf8(rest_)) return wrong("the query is not UTF-8", "检索式不是 UTF-8 编码");
    for (skip_blanks(); !rest_.empty(); skip_blanks()) {
      TRY_STATUS(part());
      if (query_.conditions.size() > kMostConditions) {
        return fail_bi(Code::kTooLarge, "a query has at most 50 conditions",
                       "检索式不超过 50 个条件", "q");
      }
    }
    if (query_.from && query_.until && query_.until <= query_.from) {
      return wrong("until: lies before from:", "until: 早于 from:");
    }
    return std::move(query_);
  }

 private:
  static tl::unexpected<Error> wrong(std::string en, std::string zh) {
    return fail_bi(Code::kInvalid, std::move(en), std::move(zh), "q");
  }

  void skip_blanks() {
    while (const std::size_t blank = blank_at(rest_)) rest_.remove_prefix(blank);
  }

  Status part() {
    const bool no = rest_.starts_with('-');
    if (no) rest_.remove_prefix(1);
    if (rest_.empty() || blank_at(rest_) != 0) {
      return wrong("'-' stands right before what is excluded: -word, -state:closed",
                   "“-”须紧接要排除的内容：-词语、-state:closed");
    }
    if (quote_at(rest_) != nullptr) {
      TRY(const std::string phrase, quoted());
      return add_text(phrase, false, no);
    }
    const std::string_view chunk = upto_blank();
    const std::size_t name = name_length(chunk);
    if (name == 0) {
      rest_.remove_prefix(chunk.size());
      const bool prefix = chunk.size() > 1 && chunk.ends_with('*');
      return add_text(prefix ? chunk.substr(0, chunk.size() - 1) : chunk, prefix, no);
    }
    rest_.remove_prefix(name + any_at(chunk.substr(name), kColons));
    TRY(const auto all, values(chunk.substr(0, name)));
    return add_field(query_, chunk.substr(0, name), all, no);
  }

  std::string_view upto_blank() const {
    std::size_t end = 0;
    while (end < rest_.size() && blank_at(rest_.substr(end)) == 0) end += step(rest_.substr(end));
    return rest_.substr(0, end);
  }

  /// Bytes of the field's name at the beginning; 0 when this is a text. A URL, an IPv6 address and
  /// a defanged spelling have colons, too.
  static std::size_t name_length(std::string_view chunk) {
    std::size_t end = 0;
    while (end < chunk.size() && any_at(chunk.substr(end), kColons) == 0) {
      end += step(chunk.substr(end));
    }
    if (end == 0 || end == chunk.size()) return 0;
    const std::string_view name = chunk.substr(0, end);
    if (is_field(name)) return end;
    const bool word = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
    const std::string_view after = chunk.substr(end + 1);
    if (!word || after.starts_with("//") || match::parse_address(chunk)) return 0;
    return end;
  }

  Result<std::string> quoted() {
    const Quote quote = *quote_at(rest_);
    const auto end = rest_.find(quote.close, quote.open.size());
    if (end == std::string_view::npos) {
      const std::string shown(rest_.substr(0, 40));
      return wrong("the quote has no end: " + shown, "引号没有结束：" + shown);
    }
    std::string out(rest_.substr(quote.open.size(), end - quote.open.size()));
    rest_.remove_prefix(end + quote.close.size());
    return out;
  }

  /// `a,"b c",d` up to the next blank.
  Result<std::vector<std::string>> values(std::string_view name) {
    std::vector<std::string> out;
    for (;;) {
      std::string value;
      if (quote_at(rest_) != nullptr) {
        TRY(value, quoted());
      } else {
        std::size_t end = 0;
        while (end < rest_.size() && blank_at(rest_.substr(end)) == 0 &&
               any_at(rest_.substr(end), kCommas) == 0) {
          end += step(rest_.substr(end));
        }
        value = rest_.substr(0, end);
        rest_.remove_prefix(end);
      }
      if (trim(value).empty()) {
        const std::string n(name);
        return wrong(n + ": needs a value right behind the colon", n + ": 的冒号后须紧接取值");
      }
      out.emplace_back(trim(value));
      const std::size_t comma = any_at(rest_, kCommas);
      if (comma == 0) return out;
      rest_.remove_prefix(comma);
    }
  }

  Status add_text(std::string_view text, bool prefix, bool no) {
    Words words = cut(text, kMostConditions + 1);
    if (words.all.empty()) {
      const std::string shown(text);
      return wrong("there is no word in '" + shown + "'", "“" + shown + "”中没有可检索的词语");
    }
    if (words.all.size() > kMostConditions) {
      return fail_bi(Code::kTooLarge, "a phrase has at most 50 words", "短语不超过 50 个词", "q");
    }
    TextTerm term{false, std::move(words.all), prefix};
    // A longer text goes on where the run of Chinese ends here: its last character begins a pair.
    if (words.open_run == 1) term.prefix = true;
    if (words.open_run > 1) term.words.pop_back();
    query_.conditions.push_back({no, {std::move(term)}});
    return {};
  }

  std::string_view rest_;
  Query query_;
};

/// Months of the first and last year of a range, whole years between them: at most 22 and 110.
std::vector<TextTerm> months(Instant from, Instant until) {
  using namespace std::chrono;
  const auto day_of = [](Instant t, const char* otherwise) {
    return clamped_day(t ? t : *parse_instant(otherwise));
  };
  const Date first = day_of(from, "1990-01-01");
  const Date last = day_of(until ? until.plus(microseconds(-1)) : until, "2099-12-31");
  std::vector<TextTerm> out;
  for (year y = first.year(); y <= last.year(); ++y) {
    const month begin = y == first.year() ? first.month() : January;
    const month end = y == last.year() ? last.month() : December;
    if (begin == January && end == December) {
      out.push_back({true, {key_of("year", year_value(y / 1 / 1))}, false});
      continue;
    }
    for (auto m = static_cast<unsigned>(begin); m <= static_cast<unsigned>(end); ++m) {
      out.push_back({true, {key_of("month", month_value(y / m / 1u))}, false});
    }
  }
  return out;
}

}  // namespace

Result<Query> parse(std::string_view text, Place place) { return Parser(text, place).run(); }

store::TextQuery Query::indexed() const {
  store::TextQuery out;
  for (const auto& c : conditions) {
    if (c.no) {
      out.none.insert(out.none.end(), c.any.begin(), c.any.end());
    } else {
      out.all.push_back(c.any);
    }
  }
  if (from || until) out.all.push_back(months(from, until));
  return out;
}

bool Query::matches(const Document& document) const {
  if ((from || until) && !document.time()) return false;
  if (from && document.time() < from) return false;
  if (until && document.time() >= until) return false;
  if (live_at && document.end() && document.end() < live_at) return false;
  if (document.confidence() < least_confidence && least_confidence > 0) return false;
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) {
    const bool found = std::any_of(c.any.begin(), c.any.end(),
                                   [&](const store::TextTerm& term) { return document.has(term); });
    return found != c.no;
  });
}

}  // namespace tocsin::search
