#include "store/sqlite/tallies.h"

#include "base/text.h"

namespace tocsin::store {
namespace {

// Texts of a tally have no control characters: words of closed lists, codes, identifiers.
constexpr char kPart = '\x1d';
constexpr char kItem = '\x1e';
constexpr char kField = '\x1f';

std::string packed(const std::vector<std::string>& items) {
  return join(items, std::string(1, kItem));
}

/// Nothing when there is nothing: an empty text would be one empty item.
std::vector<std::string> unpacked(std::string_view text) {
  std::vector<std::string> out;
  if (text.empty()) return out;
  for (const auto item : split(text, kItem)) out.emplace_back(item);
  return out;
}

}  // namespace

std::string tally_text(const TextTally& tally) {
  if (tally.groups.empty() || tally.marks.empty()) return {};
  std::vector<std::string> marks;
  for (const auto& mark : tally.marks) {
    marks.push_back(std::to_string(mark.day) + kField + mark.what + kField + mark.value);
  }
  return packed(tally.groups) + kPart + packed(tally.regions) + kPart + packed(marks);
}

Result<std::int64_t> TallyWriter::word(const std::string& text) {
  if (const auto known = words_.find(text); known != words_.end()) return known->second;
  TRY(auto insert, db_.prepare("insert or ignore into word (text) values (?1)"));
  TRY_STATUS(insert.bind(1, text).run());
  TRY(auto query, db_.prepare("select id from word where text = ?1"));
  query.bind(1, text);
  TRY_STATUS(query.step());
  return words_[text] = query.integer(0);
}

Status TallyWriter::add(const std::string& text, std::int64_t sign) {
  if (text.empty()) return {};
  const auto parts = split(text, kPart);
  if (parts.size() != 3) return fail(Code::kCorrupt, "a tally of the index cannot be read");
  auto regions = unpacked(parts[1]);
  regions.emplace_back();
  for (const auto& mark : unpacked(parts[2])) {
    const auto fields = split(mark, kField);
    const auto day = fields.size() == 3 ? to_int(fields[0]) : std::nullopt;
    if (!day) return fail(Code::kCorrupt, "a tally of the index cannot be read");
    TRY(const auto what, word(std::string(fields[1])));
    TRY(const auto value, word(std::string(fields[2])));
    for (const auto& group : unpacked(parts[0])) {
      TRY(const auto team, word(group));
      for (const auto& region : regions) {
        TRY(const auto where, word(region));
        changes_[{what, team, where, *day, value}] += sign;
      }
    }
  }
  return {};
}

Status TallyWriter::replace(const std::string& before, const std::string& now) {
  if (before == now) return {};
  TRY_STATUS(add(before, -1));
  return add(now, 1);
}

Status TallyWriter::flush() {
  const auto bound = [](Statement& statement, const Cell& cell) {
    for (int i = 0; i < 5; ++i) statement.bind(i + 1, cell[static_cast<std::size_t>(i)]);
  };
  for (const auto& [cell, n] : changes_) {
    if (n == 0) continue;
    TRY(auto change, db_.prepare("insert into tally (what, team, region, day, value, n) "
                                 "values (?1, ?2, ?3, ?4, ?5, ?6) "
                                 "on conflict do update set n = n + excluded.n"));
    bound(change, cell);
    TRY_STATUS(change.bind(6, n).run());
    if (n > 0) continue;
    TRY(auto drop, db_.prepare("delete from tally where what = ?1 and team = ?2 and region = ?3 "
                               "and day = ?4 and value = ?5 and n = 0"));
    bound(drop, cell);
    TRY_STATUS(drop.run());
  }
  changes_.clear();
  return {};
}

void TallyWriter::reset() {
  changes_.clear();
  words_.clear();
}

Result<TallyByDay> read_tallies(Connection& db, const TextCount& count, bool by_day) {
  constexpr std::string_view kFrom =
      " from tally t join word w on w.id = t.value"
      " where t.what = (select id from word where text = ?1)"
      " and t.team = (select id from word where text = ?2)"
      " and t.region = (select id from word where text = ?3) and t.day between ?4 and ?5";
  const std::string sql =
      by_day ? "select w.text, t.n, t.day" + std::string(kFrom)
             : "select w.text, sum(t.n), 0" + std::string(kFrom) + " group by t.value";
  TallyByDay out;
  for (const auto& group : count.groups) {
    TRY(auto rows, db.prepare(sql));
    rows.bind(1, count.what).bind(2, group).bind(3, count.region);
    rows.bind(4, count.first).bind(5, count.last);
    for (;;) {
      TRY(const bool row, rows.step());
      if (!row) break;
      out[rows.integer(2)][rows.text(0)] += rows.integer(1);
    }
  }
  return out;
}

}  // namespace tocsin::store
