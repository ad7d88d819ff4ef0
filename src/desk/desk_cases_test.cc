// Runs tests/cases/desk/*.case: the lifecycle as data.
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

struct Case {
  std::string place;
  std::string title;
  std::string given;
  std::string when;
  std::vector<std::string> then;
  std::string article;
};

std::vector<Case> read_cases(const std::string& file) {
  const auto text =
      read_file(std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests/cases/desk" / file).value();
  std::vector<Case> out;
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.find(':');
    const auto key = line.substr(0, colon);
    const std::string value(colon == std::string_view::npos ? "" : trim(line.substr(colon + 1)));
    if (key == "case") {
      out.push_back({fmt::format("{}:{}", file, number), value, "", "", {}, ""});
    } else if (out.empty()) {
      ADD_FAILURE() << file << ":" << number << ": a line before the first case";
    } else if (key == "given") {
      out.back().given = value;
    } else if (key == "when") {
      out.back().when = value;
    } else if (key == "then") {
      out.back().then.push_back(value);
    } else if (key == "article") {
      out.back().article = value;
    } else {
      ADD_FAILURE() << file << ":" << number << ": unknown line '" << line << "'";
    }
  }
  return out;
}

/// `from -> to` of a `then` line.
std::pair<std::string, std::string> arrow(const std::string& text) {
  const auto at = text.find("->");
  return {std::string(trim(std::string_view(text).substr(0, at))),
          std::string(trim(std::string_view(text).substr(at + 2)))};
}

template <typename State>
void add_rows(std::set<std::string>& out, std::string_view what,
              std::span<const Step<State>> steps) {
  for (const auto& s : steps) {
    const bool fresh = out.insert(fmt::format("{} {} -> {} by {}, {} {}", what, name(s.from),
                                              name(s.to), name(s.role), s.article, s.requirement))
                           .second;
    EXPECT_TRUE(fresh) << "twice in the table";
    EXPECT_TRUE(std::string_view(s.action).starts_with(what)) << s.action;
    const auto found = step(s.from, s.to);
    ASSERT_TRUE(found);
    EXPECT_EQ(std::string_view(found->action), s.action);
  }
}

TEST(StepCases, TheTableIsThatOfTheRegulation) {
  std::set<std::string> written;
  for (const Case& c : read_cases("steps.case")) {
    const auto given = split(c.given, ' ');
    ASSERT_EQ(given.size(), 2U) << c.place;
    ASSERT_EQ(c.then.size(), 1U) << c.place;
    written.insert(
        fmt::format("{} {} -> {} by {}, {}", given[0], given[1], c.then[0], c.when, c.article));
  }
  std::set<std::string> table;
  add_rows(table, "threat", threat_steps());
  add_rows(table, "task", task_steps());
  add_rows(table, "appeal", appeal_steps());
  for (const auto& row : written) EXPECT_TRUE(table.contains(row)) << "missing: " << row;
  for (const auto& row : table) EXPECT_TRUE(written.contains(row)) << "invented: " << row;
}

template <typename State>
int refusals(std::span<const Step<State>> steps) {
  int refused = 0;
  const auto states = enum_names(State{}).size();
  for (std::size_t a = 0; a < states; ++a) {
    for (std::size_t b = 0; b < states; ++b) {
      const auto from = static_cast<State>(a);
      const auto to = static_cast<State>(b);
      const bool known = std::any_of(steps.begin(), steps.end(),
                                     [&](const auto& s) { return s.from == from && s.to == to; });
      if (known) continue;
      expect_refused(step(from, to), Code::kRefused, "W17-04");
      ++refused;
    }
  }
  return refused;
}

TEST(StepCases, EveryOtherPairOfStatesIsRefused) {
  EXPECT_EQ(refusals(threat_steps()), 16 * 16 - static_cast<int>(threat_steps().size()));
  EXPECT_EQ(refusals(task_steps()), 13 * 13 - static_cast<int>(task_steps().size()));
  EXPECT_EQ(refusals(appeal_steps()), 8 * 8 - static_cast<int>(appeal_steps().size()));
}

/// One act of the right person on a document that was put into some state.
class ActionCases : public DeskTest {
 protected:
  /// The documents of one complete case, which each try starts from.
  void stage() {
    const Threat t = approved(verdict(), finding({"evil.example", "good.example"}), true);
    threat_ = t;
    task_ = first_task(t);
    appeal_ = checking(task_);
    task_ = first_task(t);
    other_ = submitted(finding({"elsewhere.example"}), "other-finder");
    threat_ = load<Threat>(t.id);
    // A stop to override, which one person has let through already.
    threat_.stops = {{"domain:evil.example",
                      "popular",
                      "evil.example",
                      {"x", "x"},
                      as("ministry-b").act(clock_.now(), "x"),
                      {}}};
  }

  /// Writes the case with one of its documents in that state.
  void put(const std::string& what, const std::string& state, const std::string& act) {
    Threat threat = threat_;
    Task task = task_;
    Appeal appeal = appeal_;
    if (what == "threat") {
      EXPECT_TRUE(parse_enum(state, threat.state));
      if (act == "merge") threat.indicators = other_.indicators;
      if (act == "resubmit")
        threat.indicators = {{model::IndicatorKind::kDomain, "own.example", ""}};
      threat.stops = act == "override" ? threat.stops : std::vector<model::GuardStop>{};
    } else if (what == "task") {
      EXPECT_TRUE(parse_enum(state, task.state));
      const bool runs = act == "breach" && state != "verify-failed";
      if (!runs) task.clocks.clear();
      for (auto& c : task.clocks) c.due = clock_.now();
    } else {
      EXPECT_TRUE(parse_enum(state, appeal.state));
    }
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(store::put(tx, threat));
      TRY_STATUS(store::put(tx, task));
      TRY_STATUS(store::put(tx, appeal));
      TRY_STATUS(store::put(tx, other_));
      store::Change change;
      change.action = "test.staged";
      TRY_STATUS(tx.append(change));
      return {};
    }));
  }

  template <typename T>
  static Status forget(Result<T> result) {
    if (!result) return tl::unexpected(result.error());
    return {};
  }

  Status on_threat(const std::string& act) {
    const std::string& id = threat_.id;
    DetermineRequest no;
    no.confirmed = false;
    no.reason = "no";
    if (act == "complete_self") return forget(desk_->complete_self(as("finder"), id, done()));
    if (act == "return") {
      return forget(desk_->return_for_correction(as("sichuan-a"), id, {{"defect"}}));
    }
    if (act == "resubmit")
      return forget(desk_->resubmit(as("finder"), id, finding({"own.example"})));
    if (act == "merge") return forget(desk_->merge(as("ministry-b"), id, other_.id, {"same"}));
    if (act == "delegate") return forget(desk_->delegate(as("ministry-b"), id, {"cert", ""}));
    if (act == "deny") return forget(desk_->determine(as("analyst-b"), id, no));
    if (act == "confirm") return forget(desk_->determine(as("analyst-b"), id, verdict()));
    if (act == "approve") return forget(desk_->review(as("ministry-b"), id, {true, "x", false}));
    if (act == "reject") return forget(desk_->review(as("ministry-b"), id, {false, "x", false}));
    if (act == "override") {
      return forget(desk_->override_stop(as("ministry-a"), id, {"evil.example", "popular", "x"}));
    }
    return fail(Code::kInternal, "unknown act " + act);
  }

  Status on_task(const std::string& act) {
    const std::string& id = task_.id;
    if (act == "phone") {
      return forget(desk_->phone_notify(as("ministry-b"), id, {"x", "1", "y", "z"}));
    }
    if (act == "notify") return forget(desk_->notify(as("ministry-b"), id, {}));
    if (act == "withdraw") return forget(desk_->withdraw(as("ministry-b"), id, {"x"}));
    if (act == "acknowledge") return forget(desk_->acknowledge(as("abuse-a"), id));
    if (act == "feed_back") return forget(desk_->feed_back(as("abuse-a"), id, done()));
    if (act == "verify") return forget(desk_->verify(as("analyst-b"), id, probe()));
    if (act == "verify_failed") return forget(desk_->verify(as("analyst-b"), id, probe(false)));
    if (act == "breach") return forget(desk_->report_breach(as("ministry-b"), id, {"x"}));
    if (act == "sanction")
      return forget(desk_->sanction(as("ministry-b"), id, {"talk", 0, "56", "x"}));
    if (act == "uphold") {
      return forget(desk_->rule_appeal(as("ministry-c"), appeal_.id, {"upheld", "x", {}}));
    }
    return fail(Code::kInternal, "unknown act " + act);
  }

  Status on_appeal(const std::string& act) {
    const std::string& id = appeal_.id;
    const Actor c = as("ministry-c");
    if (act == "admit") return forget(desk_->admit_appeal(c, id, {true, "x", false}));
    if (act == "turn_away") return forget(desk_->admit_appeal(c, id, {false, "x", false}));
    if (act == "check") return forget(desk_->check_appeal(c, id, {"x"}));
    if (act == "rule_upheld") return forget(desk_->rule_appeal(c, id, {"upheld", "x", {}}));
    if (act == "rule_partly") {
      return forget(desk_->rule_appeal(c, id, {"partly-upheld", "x", {"good.example"}}));
    }
    if (act == "rule_dismissed") return forget(desk_->rule_appeal(c, id, {"dismissed", "x", {}}));
    if (act == "answer") return forget(desk_->answer_appeal(c, id, {"x"}));
    return fail(Code::kInternal, "unknown act " + act);
  }

  Status run(const std::string& what, const std::string& act) {
    return what == "threat" ? on_threat(act) : what == "task" ? on_task(act) : on_appeal(act);
  }

  /// The entry rests on an article of the case; a sanction on the law that article 12 names.
  static bool cites(const Case& c, const journal::Entry& e) {
    if (e.basis.rule_set == "csl-2025") return c.article == "12";
    const std::string article = e.basis.article.substr(0, e.basis.article.find('('));
    const auto listed = split(c.article, ',');
    return std::any_of(listed.begin(), listed.end(),
                       [&](std::string_view a) { return trim(a) == article; });
  }

  std::string state_of(const std::string& what) {
    if (what == "threat") return std::string(name(load<Threat>(threat_.id).state));
    if (what == "task") return std::string(name(load<Task>(task_.id).state));
    return std::string(name(load<Appeal>(appeal_.id).state));
  }

  std::string documents() {
    return model::to_json(load<Threat>(threat_.id)).canonical() +
           model::to_json(load<Task>(task_.id)).canonical() +
           model::to_json(load<Appeal>(appeal_.id)).canonical() +
           model::to_json(load<Threat>(other_.id)).canonical();
  }

  static const std::vector<std::string_view>& states(const std::string& what) {
    return what == "threat" ? enum_names(ThreatState{})
           : what == "task" ? enum_names(TaskState{})
                            : enum_names(AppealState{});
  }

  Threat threat_;
  Threat other_;
  Task task_;
  Appeal appeal_;
};

TEST_F(ActionCases, HoldInEveryState) {
  stage();
  int tried = 0;
  for (const Case& c : read_cases("actions.case")) {
    std::map<std::string, std::string> allowed;
    for (const auto& line : c.then) allowed.insert(arrow(line));
    for (const auto state : states(c.given)) {
      SCOPED_TRACE(fmt::format("{}: {}; {} '{}'", c.place, c.title, c.given, state));
      put(c.given, std::string(state), c.when);
      const auto length_before = length();
      const auto signed_before = signer_.documents.size();
      const auto before = documents();
      const Status result = run(c.given, c.when);
      const auto found = allowed.find(std::string(state));
      if (found != allowed.end()) {
        EXPECT_TRUE(result) << result.error().message;
        EXPECT_EQ(state_of(c.given), found->second);
        EXPECT_GT(length(), length_before);
        const auto entries =
            must(store_->read([&](store::ReadTx& tx) { return tx.journal(length_before, 100); }));
        EXPECT_TRUE(
            std::any_of(entries.begin(), entries.end(), [&](const auto& e) { return cites(c, e); }))
            << "no entry rests on article " << c.article;
      } else {
        ASSERT_FALSE(result) << "was not refused";
        EXPECT_NE(result.error().code, Code::kInternal) << result.error().message;
        EXPECT_FALSE(result.error().message_zh.empty()) << result.error().message;
        EXPECT_EQ(length(), length_before) << "a refusal was journaled";
        EXPECT_EQ(documents(), before);
        EXPECT_EQ(signer_.documents.size(), signed_before) << "a refusal was signed";
      }
      ++tried;
    }
  }
  EXPECT_EQ(tried, 10 * 16 + 10 * 13 + 7 * 8);
}

}  // namespace
}  // namespace tocsin::desk
