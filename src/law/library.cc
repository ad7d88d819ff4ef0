#include "law/library.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "embed/embedded_rules.h"
#include "law/reader.h"

namespace tocsin::law {
namespace {

constexpr std::size_t kMaxFileBytes = 4U << 20;
constexpr std::size_t kMaxFiles = 2000;

/// A GB/T 2260 code belongs to the province named by its first two digits.
bool same_province(std::string_view a, std::string_view b) {
  return a.size() >= 2 && b.size() >= 2 && a.substr(0, 2) == b.substr(0, 2);
}

std::vector<RuleFile> embedded_files() {
  std::vector<RuleFile> out;
  for (const EmbeddedFile& file : embedded_rules()) {
    if (file.path.ends_with(".json")) {
      out.push_back({std::string(file.path), std::string(file.bytes)});
    }
  }
  return out;
}

/// Every *.json below the folder, in the order of their paths.
Status read_folder(const std::filesystem::path& directory, std::vector<RuleFile>& out) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> paths;
  fs::recursive_directory_iterator it(directory, error);
  for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error) && it->path().extension() == ".json")
      paths.push_back(it->path());
    if (paths.size() > kMaxFiles) {
      return fail_bi(Code::kTooLarge, fmt::format("more than {} rule files", kMaxFiles),
                     fmt::format("规则文件超过{}个", kMaxFiles), directory.string());
    }
  }
  if (error) {
    return fail_bi(Code::kInvalid, "cannot read the rules folder: " + error.message(),
                   "无法读取规则目录", directory.string());
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    TRY(std::string bytes, read_file(path, kMaxFileBytes));
    out.push_back({path.string(), std::move(bytes)});
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Library>> Library::load_embedded() { return load({}); }

Result<std::shared_ptr<const Library>> Library::load(const std::filesystem::path& directory,
                                                     const std::vector<RuleFile>& files) {
  std::vector<RuleFile> all = embedded_files();
  if (!directory.empty()) {
    TRY_STATUS(read_folder(directory, all));
  }
  all.insert(all.end(), files.begin(), files.end());
  return from(all);
}

Result<std::shared_ptr<const Library>> Library::from(const std::vector<RuleFile>& files) {
  std::shared_ptr<Library> library(new Library());
  for (const RuleFile& file : files) {
    if (auto added = library->add(file); !added) {
      return tl::unexpected(std::move(added).error().at(file.path + ":"));
    }
  }
  std::sort(library->rule_sets_.begin(), library->rule_sets_.end(),
            [](const RuleSet& a, const RuleSet& b) {
              return std::tie(a.valid_from, a.id) < std::tie(b.valid_from, b.id);
            });
  TRY_STATUS(library->check_whole());
  return std::shared_ptr<const Library>(std::move(library));
}

Status Library::add(const RuleFile& file) {
  TRY(const Json json, Json::parse(file.bytes));
  TRY(const Reader in, Reader::of(json, ""));
  TRY(const std::string kind, in.string("kind"));
  if (kind == "calendar-year") return calendar_.add_year(json);
  if (kind == "calendar-fixed") return calendar_.add_fixed(json);
  if (kind == "parties") return add_parties(json);
  if (kind != "rule-set") {
    constexpr std::string_view kKinds = "rule-set, calendar-year, calendar-fixed, parties";
    return in.error("kind", fmt::format("'{}' is none of {}", kind, kKinds),
                    fmt::format("“{}”不在可选值之中：{}", kind, kKinds));
  }
  TRY(RuleSet set, parse_rule_set(json));
  files_[set.id] = file.path;
  for (RuleSet& existing : rule_sets_) {
    if (existing.id == set.id) {
      existing = std::move(set);
      return {};
    }
  }
  rule_sets_.push_back(std::move(set));
  return {};
}

Status Library::add_parties(const Json& file) {
  TRY(const Reader in, Reader::of(file, ""));
  TRY_STATUS(in.only({"kind", "parties"}));
  TRY(const Reader parties, in.object("parties"));
  for (const auto& [id, value] : file["parties"].members()) {
    TRY(const Text name, parties.text(id));
    parties_[id] = name;
  }
  return {};
}

Status Library::check_whole() const {
  for (const RuleSet& set : rule_sets_) {
    if (auto ok = check_rule_set(set); !ok) {
      return tl::unexpected(std::move(ok).error().at(files_.find(set.id)->second + ":"));
    }
  }
  return {};
}

Status Library::check_rule_set(const RuleSet& set) const {
  const auto party_known = [&](const std::string& id) { return parties_.contains(id); };
  const auto unknown_party = [&](const std::string& place, const std::string& id) {
    return fail_bi(Code::kInvalid, fmt::format("'{}' is not a party of parties.json", id),
                   fmt::format("parties.json 中没有“{}”", id), place);
  };
  if (!set.overlays.empty()) {
    const RuleSet* base = find(set.overlays);
    if (base == nullptr || !base->overlays.empty()) {
      return fail_bi(Code::kInvalid, fmt::format("'{}' is not a national rule set", set.overlays),
                     fmt::format("“{}”不是全国性规则集", set.overlays), "overlays");
    }
  }
  for (const Duty& duty : set.duties) {
    if (!party_known(duty.who)) return unknown_party("duties", duty.who);
  }
  for (const ClockRule& clock : set.clocks) {
    if (!party_known(clock.by)) return unknown_party("clocks." + clock.id + ".by", clock.by);
    for (const std::string& to : clock.to) {
      if (!party_known(to)) return unknown_party("clocks." + clock.id + ".to", to);
    }
  }
  for (const Article& article : set.articles) {
    for (const Citation& cite : article.cites) {
      if (find(cite.law, cite.version) == nullptr) {
        return fail_bi(Code::kInvalid, fmt::format("no rule set is {} {}", cite.law, cite.version),
                       fmt::format("没有规则集 {} {}", cite.law, cite.version),
                       "articles." + article.number + ".cites");
      }
    }
  }
  if (!set.renumbered_from.empty() && find(set.law, set.renumbered_from) == nullptr) {
    return fail_bi(
        Code::kInvalid, fmt::format("no rule set is {} {}", set.law, set.renumbered_from),
        fmt::format("没有规则集 {} {}", set.law, set.renumbered_from), "renumbered.from_version");
  }
  for (const RuleSet& other : rule_sets_) {
    if (&other == &set || other.law != set.law) continue;
    if (other.version == set.version || other.in_force(set.valid_from)) {
      const std::string day = to_string(set.valid_from);
      return fail_bi(
          Code::kInvalid,
          fmt::format("{} and {} are two texts of one law in force on {}", set.id, other.id, day),
          fmt::format("{}与{}为同一法规的两个文本，于{}同时有效", set.id, other.id, day),
          "valid_from");
    }
  }
  return {};
}

const RuleSet* Library::find(std::string_view id) const {
  const auto found = std::find_if(rule_sets_.begin(), rule_sets_.end(),
                                  [&](const RuleSet& s) { return s.id == id; });
  return found == rule_sets_.end() ? nullptr : &*found;
}

const RuleSet* Library::find(std::string_view law, std::string_view version) const {
  const auto found = std::find_if(rule_sets_.begin(), rule_sets_.end(), [&](const RuleSet& s) {
    return s.law == law && s.version == version;
  });
  return found == rule_sets_.end() ? nullptr : &*found;
}

std::vector<const RuleSet*> Library::in_force(Date on, std::string_view province) const {
  std::vector<const RuleSet*> out;
  for (const bool overlays : {false, true}) {  // national rule sets come first
    for (const RuleSet& set : rule_sets_) {
      if (set.overlays.empty() == overlays || !set.in_force(on)) continue;
      if (!set.province.empty() && !same_province(set.province, province)) continue;
      if (overlays && !find(set.overlays)->in_force(on)) continue;
      out.push_back(&set);
    }
  }
  return out;
}

const RuleSet* Library::counting(Date on) const {
  for (const RuleSet& set : rule_sets_) {
    if (set.counting && set.in_force(on)) return &set;
  }
  return nullptr;
}

Result<ResolvedCitation> Library::resolve(const Citation& citation, Date on) const {
  if (find(citation.law, citation.version) == nullptr) {
    return fail_bi(Code::kNotFound,
                   fmt::format("no rule set is {} {}", citation.law, citation.version),
                   fmt::format("没有规则集 {} {}", citation.law, citation.version));
  }
  const RuleSet* current = nullptr;
  for (const RuleSet& set : rule_sets_) {
    if (set.law == citation.law && set.in_force(on)) current = &set;
  }
  if (current == nullptr) {
    return fail_bi(
        Code::kRefused,
        fmt::format("{} {} is not in force on {}", citation.law, citation.version, to_string(on)),
        fmt::format("{} {} 在 {} 不是现行有效的规定", citation.law, citation.version,
                    to_string(on)));
  }
  ResolvedCitation out{citation,
                       {current->law, current->version, citation.article},
                       current,
                       Confidence::kConfirmed};
  if (current->version == citation.version || citation.article.empty()) return out;
  // A paragraph, as in `21(3)`, keeps its place when its article moves.
  const std::string number = citation.article.substr(0, citation.article.find('('));
  const std::string paragraph = citation.article.substr(number.size());
  const RuleSet* cited = find(citation.law, citation.version);
  const bool forward = current->renumbered_from == citation.version;
  const bool backward = cited->renumbered_from == current->version;
  for (const Renumbered& r : forward ? current->renumbered : cited->renumbered) {
    if ((forward ? r.old_article : r.new_article) != number || !(forward || backward)) continue;
    const std::string& target = forward ? r.new_article : r.old_article;
    out.confidence = r.confidence;
    out.shown.article = target.empty() ? "" : target + paragraph;
    return out;
  }
  out.confidence = Confidence::kUnknown;
  out.shown.article.clear();
  return out;
}

std::vector<std::string> Library::clock_ids() const {
  std::set<std::string> ids;
  for (const RuleSet& set : rule_sets_) {
    for (const ClockRule& clock : set.clocks) ids.insert(clock.id);
  }
  return {ids.begin(), ids.end()};
}

std::vector<std::pair<const RuleSet*, const Setting*>> Library::settings() const {
  std::vector<std::pair<const RuleSet*, const Setting*>> out;
  for (const RuleSet& set : rule_sets_) {
    for (const Setting& setting : set.settings) out.emplace_back(&set, &setting);
  }
  return out;
}

Status Library::check(const Policy& policy) const {
  for (const auto& [id, chosen] : policy) {
    bool known = false;
    for (const auto& [set, setting] : settings()) {
      if (setting->id != id) continue;
      known = true;
      TRY_STATUS(check_value(*setting, chosen));
    }
    if (!known) {
      return fail_bi(Code::kInvalid, fmt::format("no rule set has the setting '{}'", id),
                     fmt::format("没有规则集包含设置项“{}”", id), id);
    }
  }
  return {};
}

std::string Library::value(const Policy& policy, const RuleSet& rule_set, std::string_view setting,
                           std::string_view province) const {
  if (const auto chosen = policy.find(setting); chosen != policy.end()) return chosen->second;
  for (const RuleSet& overlay : rule_sets_) {
    if (overlay.overlays != rule_set.id || overlay.province.empty()) continue;
    if (!same_province(overlay.province, province)) continue;
    if (const Setting* s = overlay.setting(setting)) return s->otherwise;
  }
  const Setting* s = rule_set.setting(setting);
  ASSERT(s != nullptr);
  return s->otherwise;
}

Text Library::party(std::string_view id) const {
  const auto found = parties_.find(id);
  return found == parties_.end() ? Text{std::string(id), std::string(id)} : found->second;
}

}  // namespace tocsin::law
