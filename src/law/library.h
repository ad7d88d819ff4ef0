// All rule sets and the calendar, loaded once and shared read-only.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "law/calendar.h"
#include "law/rule_set.h"

namespace tocsin::law {

/// One rule file: its path is for error messages only.
struct RuleFile {
  std::string path;
  std::string bytes;
};

/// Values an operator chose for settings; absent ones take the rule set's default.
using Policy = std::map<std::string, std::string, std::less<>>;

/// A citation as it must be shown on a given day.
struct ResolvedCitation {
  Citation cited;  ///< as stored
  Citation shown;  ///< in the version in force; empty article when unknown
  const RuleSet* rule_set = nullptr;
  Confidence confidence = Confidence::kConfirmed;
};

class Library {
 public:
  /// The rules inside the program.
  static Result<std::shared_ptr<const Library>> load_embedded();
  /// The same, then every *.json below `directory` (none when empty), then `files`: a file with the
  /// id (or the calendar year) of an earlier one replaces it, others are added. Errors name the
  /// file and the place in it.
  static Result<std::shared_ptr<const Library>> load(const std::filesystem::path& directory,
                                                     const std::vector<RuleFile>& files = {});
  /// Exactly these files, later ones replacing earlier ones.
  static Result<std::shared_ptr<const Library>> from(const std::vector<RuleFile>& files);

  /// Sorted by validity, then id.
  const std::vector<RuleSet>& rule_sets() const { return rule_sets_; }
  const Calendar& calendar() const { return calendar_; }
  /// Null when there is none.
  const RuleSet* find(std::string_view id) const;
  const RuleSet* find(std::string_view law, std::string_view version) const;

  /// National rule sets in force on that day in Asia/Shanghai and, with a province (six-digit area
  /// code, also of a city or county in it), its overlays whose national rule set is in force too.
  std::vector<const RuleSet*> in_force(Date on, std::string_view province = {}) const;
  /// The law that says how periods are counted; null before 1987.
  const RuleSet* counting(Date on) const;

  /// The citation in the version of its law in force on that day (W17-29). kNotFound for an unknown
  /// law or version, kRefused when no version of the law is in force then.
  Result<ResolvedCitation> resolve(const Citation& citation, Date on) const;

  /// The ids of all clocks of all rule sets, sorted.
  std::vector<std::string> clock_ids() const;
  /// Every setting once, with the rule set that has it.
  std::vector<std::pair<const RuleSet*, const Setting*>> settings() const;
  /// kInvalid for a setting that no rule set has or a value that it does not allow.
  Status check(const Policy& policy) const;
  /// The policy's value, else that of an overlay of the province, else the rule set's default.
  /// The rule set must have the setting (checked on load).
  std::string value(const Policy& policy, const RuleSet& rule_set, std::string_view setting,
                    std::string_view province = {}) const;

  /// A party's name; the id itself when it has none.
  Text party(std::string_view id) const;

 private:
  Library() = default;
  Status add(const RuleFile& file);
  Status add_parties(const Json& file);
  Status check_whole() const;
  Status check_rule_set(const RuleSet& rule_set) const;

  std::vector<RuleSet> rule_sets_;
  std::map<std::string, std::string, std::less<>> files_;  // rule set id -> file
  Calendar calendar_;
  std::map<std::string, Text, std::less<>> parties_;
};

/// The library of a running program, replaced whole when a rule file is imported. Earlier ones stay
/// alive, because answers refer into them; imports are rare (a calendar a year).
/// Thread safety: safe.
class CurrentLibrary {
 public:
  explicit CurrentLibrary(std::shared_ptr<const Library> first) { replace(std::move(first)); }

  const Library& operator*() const { return *current_.load(std::memory_order_acquire); }
  const Library* operator->() const { return &**this; }
  void replace(std::shared_ptr<const Library> next) {
    auto all = all_.lock();
    all->push_back(std::move(next));
    current_.store(all->back().get(), std::memory_order_release);
  }

 private:
  std::atomic<const Library*> current_{nullptr};
  Guarded<std::vector<std::shared_ptr<const Library>>> all_;
};

}  // namespace tocsin::law
