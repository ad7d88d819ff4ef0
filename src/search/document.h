// What of a document can be found, and by what: words of its texts, and keys such as `state:open`.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/fields.h"
#include "model/indicator.h"
#include "store/text_index.h"

namespace tocsin::search {

/// What is searched, one at a time.
enum class Place {
  kCases,
  kTasks,
  kAppeals,
  kOrganizations,
  kSources,
  kVulnerabilities,
  kIndicators,
  kEntries  ///< of the list of what is blocked, or was
};
TOCSIN_ENUM_NAMES(Place, "cases", "tasks", "appeals", "organizations", "sources", "vulnerabilities",
                  "indicators", "entries")

/// How people call it.
Text title(Place place);

/// Gathers words and keys. A document matches a query by these alone, in the index and in memory.
class Document {
 public:
  explicit Document(std::string id) : id_(std::move(id)) {}

  /// A text of its own: phrases do not reach into the next one.
  void text(std::string_view text);
  void key(std::string_view name, std::string_view value);
  /// A label by each of its words, and whole.
  void label(std::string_view label);
  /// Its words, kind, value, host with all parents, or network.
  void indicator(const model::Indicator& indicator);
  void at(Instant time);
  /// When it came to its end; of what has one.
  void ended(Instant time) { end_ = time; }
  void confidence(std::int64_t confidence) { confidence_ = confidence; }

  const std::string& id() const { return id_; }
  Instant time() const { return time_; }
  Instant end() const { return end_; }
  std::int64_t confidence() const { return confidence_; }
  /// Values of all keys of that name.
  std::vector<std::string> values(std::string_view name) const;
  bool has(const store::TextTerm& term) const;
  store::TextDocument indexed(store::TextTally tally) const {
    return {id_, words_, {keys_.begin(), keys_.end()}, std::move(tally)};
  }

 private:
  std::string id_;
  Instant time_;
  Instant end_;
  std::int64_t confidence_ = -1;
  std::vector<std::string> words_;
  std::set<std::string, std::less<>> keys_;
};

/// `name:value`, as Document::key() writes it.
std::string key_of(std::string_view name, std::string_view value);
/// A label as key value: its words with hyphens.
std::string label_value(std::string_view label);
/// The name below which a host and everything below it is found: `example.evil.`.
std::string host_value(std::string_view host);
/// Name and value under which an address or prefix is found, one digit a bit: what lies inside a
/// prefix begins with it. Empty when `text` is neither.
std::string network_key(std::string_view text);
/// The month and year of a time, within 1990 to 2099.
std::string month_value(Date day);
std::string year_value(Date day);
Date clamped_day(Instant t);

}  // namespace tocsin::search
