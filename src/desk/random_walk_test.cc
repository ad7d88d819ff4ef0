// People who try everything, in any order: whatever they manage to do, the invariants of the
// regulation's section 3.5 hold after every single act.
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

class RandomWalk : public DeskTest {
 protected:
  std::size_t pick(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  template <typename T>
  const T& any(const std::vector<T>& v) {
    return v[pick(v.size())];
  }

  template <typename T>
  std::vector<T> all() {
    return must(store_->read([](store::ReadTx& tx) { return store::scan<T>(tx, {}, 100000); }));
  }

  std::string any_indicator() { return fmt::format("n{}.example", pick(24)); }

  /// Somebody whose business it is; left to chance alone, hardly anything would get anywhere.
  const Actor& suited(std::size_t what) {
    const auto named = [&](std::string_view login) -> const Actor& {
      return *std::find_if(people_.begin(), people_.end(),
                           [&](const Actor& a) { return a.user.login == login; });
    };
    if (what == 0) return named(pick(2) == 0 ? "finder" : "other-finder");
    if (what == 2) return named("finder");
    if (what == 6 || what == 7 || what == 15)
      return named(pick(2) == 0 ? "analyst-a" : "analyst-b");
    if (what >= 12 && what <= 14) return named("abuse-a");
    if (what == 17) return named("citizen");
    if (what >= 18) return named("ministry-c");
    return named(pick(2) == 0 ? "ministry-a" : "ministry-b");
  }

  /// One act of somebody on anything; true when it was done.
  bool act(const std::vector<Threat>& threats, const std::vector<Task>& tasks,
           const std::vector<Appeal>& appeals) {
    const std::size_t what = pick(22);
    const Actor& who = pick(4) == 0 ? any(people_) : suited(what);
    const std::string threat = threats.empty() ? "T-0" : any(threats).id;
    const std::string into = threats.empty() ? "T-0" : any(threats).id;
    const std::string task = tasks.empty() ? "K-0" : any(tasks).id;
    const std::string appeal = appeals.empty() ? "A-0" : any(appeals).id;
    switch (what) {
      case 0: {
        SubmitRequest r = finding({any_indicator(), any_indicator()});
        if (pick(8) == 0) r.discovered_at = at("2017-12-31T23:59:59+08:00");
        if (pick(8) == 0) r.evidence.clear();
        return pick(4) == 0 && desk_->submit(who, r).has_value();
      }
      case 1:
        return desk_->return_for_correction(who, threat, {{"x"}}).has_value();
      case 2:
        return desk_->resubmit(who, threat, finding({any_indicator()})).has_value();
      case 3:
        return desk_->merge(who, threat, into, {"x"}).has_value();
      case 4:
      case 5:
        return desk_->delegate(who, threat, {pick(8) == 0 ? "institute" : "cert", "x"}).has_value();
      case 6:
      case 7:
        return determine(who, threat);
      case 8:
      case 9:
        return desk_->review(who, threat, {pick(5) > 0, "x", pick(2) == 0}).has_value();
      case 10:
        return desk_->phone_notify(who, task, {"x", "1", "y", "z"}).has_value();
      case 11:
        return desk_->notify(who, task, {pick(2) == 0 ? "" : "6h"}).has_value();
      case 12:
        return desk_->acknowledge(who, task).has_value();
      case 13:
      case 14:
        return desk_->feed_back(who, task, done()).has_value();
      case 15:
        return desk_->verify(who, task, probe(pick(4) > 0)).has_value();
      case 16:
        return desk_->report_breach(who, task, {"x"}).has_value();
      case 17:
        return pick(6) == 0 && file_appeal(who, task);
      case 18:
        return desk_->admit_appeal(who, appeal, {pick(4) > 0, "x", pick(2) == 0}).has_value();
      case 19:
        return desk_->check_appeal(who, appeal, {"x"}).has_value();
      case 20: {
        const std::vector<std::string> rulings = {"upheld", "dismissed", "partly-upheld"};
        return desk_->rule_appeal(who, appeal, {any(rulings), "x", {any_indicator()}}).has_value();
      }
      default:
        return desk_->answer_appeal(who, appeal, {"x"}).has_value();
    }
  }

  bool determine(const Actor& who, const std::string& threat) {
    DetermineRequest r = verdict({proposal(), proposal(Measure::kClean)});
    if (pick(3) == 0) r.grade = model::Grade{"miit-281", pick(2) == 0 ? "" : "2017", "III"};
    return desk_->determine(who, threat, r).has_value();
  }

  bool file_appeal(const Actor& who, const std::string& task) {
    AppealRequest r = appeal_of(task);
    if (pick(3) == 0) r.appellant.identity = "91510000OTHER";
    if (pick(3) == 0) r.new_facts = "repaired since";
    return desk_->file_appeal(who, r).has_value();
  }

  /// 2: what a clock once said stays; it is met, and marked late, at most once.
  template <typename Document>
  void clocks_are_facts(const std::vector<Document>& documents) {
    for (const auto& d : documents) {
      auto& known = clocks_[d.id];
      ASSERT_GE(d.clocks.size(), known.size()) << d.number << " lost a clock";
      for (std::size_t i = 0; i < known.size(); ++i) {
        model::ClockFact now = d.clocks[i];
        if (!known[i].met_at) now.met_at = {};
        if (!known[i].late_at) now.late_at = {};
        EXPECT_EQ(model::to_json(now).canonical(), model::to_json(known[i]).canonical())
            << d.number;
      }
      known = d.clocks;
    }
  }

  /// 5, 7 and the mandate of whoever identifies (W17-11).
  void check_case(const Threat& t) {
    EXPECT_EQ(t.rule_set, "miit-202");
    EXPECT_GE(t.discovered_at, at("2018-01-01T00:00:00+08:00"));
    const bool with_finder = t.state == ThreatState::kDetected;
    EXPECT_TRUE(with_finder || !t.evidence.empty() || !t.finder.reason.empty());
    if (!t.identification) return;
    if (const auto& grade = t.identification->grade) {
      EXPECT_FALSE(grade->scheme.empty() || grade->version.empty() || grade->level.empty());
    }
    const auto& mandates = bodies_.at(t.identification->body).delegations;
    EXPECT_TRUE(std::any_of(
        mandates.begin(), mandates.end(),
        [&](const auto& d) { return d.by == t.identification->delegated.organization; }))
        << t.number << " is with a body that the handling authority did not delegate";
  }

  template <typename Document>
  static void one_clock_of_a_kind(const std::vector<Document>& documents) {
    for (const auto& d : documents) {
      std::set<std::string> running;
      for (const auto& c : d.clocks) {
        const bool fresh = !c.running() || running.insert(c.clock).second;
        EXPECT_TRUE(fresh) << d.number << " has two clocks " << c.clock;
      }
    }
  }

  void check(const std::vector<Threat>& threats, const std::vector<Task>& tasks,
             const std::vector<Appeal>& appeals) {
    one_clock_of_a_kind(threats);
    one_clock_of_a_kind(tasks);
    one_clock_of_a_kind(appeals);
    clocks_are_facts(threats);
    clocks_are_facts(tasks);
    clocks_are_facts(appeals);
    for (const auto& t : threats) check_case(t);
    std::map<std::string, const Threat*> by_id;
    for (const auto& t : threats) by_id[t.id] = &t;
    for (const auto& t : tasks) {
      ASSERT_TRUE(by_id.contains(t.threat));
      const Threat& c = *by_id[t.threat];
      // 1: behind every measure stands an identified threat and a decision.
      EXPECT_TRUE(c.state >= ThreatState::kIdentifying) << name(c.state);
      if (c.state == ThreatState::kClosed) {
        EXPECT_TRUE(t.state == TaskState::kVerified || t.state == TaskState::kLiftVerified ||
                    t.state == TaskState::kWithdrawn)
            << c.number << " closed over " << name(t.state);
      }
      // 4: what was told by phone and went on has its written notice.
      EXPECT_TRUE(!t.phone_call || t.state == TaskState::kPhoneNotified || !t.notices.empty());
      if (t.phone_call) {  // the earlier effective notice counts
        ASSERT_FALSE(t.clocks.empty());
        EXPECT_EQ(t.clocks.front().clock, "dispose");
        EXPECT_EQ(t.clocks.front().start, t.phone_call->by.at);
      }
      for (const auto& v : t.verifications) {
        EXPECT_NE(v.by.organization, t.addressee);
        for (const auto& f : t.feedback) EXPECT_NE(v.by.person, f.by.person);
      }
      EXPECT_FALSE(t.indicators.empty());
    }
    std::set<std::string> open_appeals;
    for (const auto& a : appeals) {
      const bool alone = a.state == AppealState::kAnswered ||
                         open_appeals.insert(a.task + a.appellant.identity).second;
      EXPECT_TRUE(alone) << "two open appeals of one appellant against one measure";
      ASSERT_EQ(a.clocks.size(), 2U);  // 3: with the lengths of the rule set at that time
      EXPECT_EQ(a.clocks[0].length, "10 working_day");
      EXPECT_EQ(a.clocks[1].length, "30 working_day");
      EXPECT_FALSE(a.clocks[0].last_day.empty() || a.clocks[1].last_day.empty());
      const auto task =
          std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.id == a.task; });
      ASSERT_NE(task, tasks.end());
      EXPECT_TRUE(task->appealable);  // 3
      EXPECT_EQ(a.authority, task->authority);
      EXPECT_EQ(by_id[a.threat]->state == ThreatState::kClosed &&
                    a.state != AppealState::kAnswered && a.filed.at < last_closed_[a.threat],
                false)
          << "closed over an open appeal";
    }
  }

  /// 1 and 6 over the whole journal: the order of the steps, four separate hands, and that every
  /// entry says who did what on which provision in which version.
  static void check_journal(const std::vector<journal::Entry>& entries) {
    struct Hands {
      std::string finder, identifier;
      bool identified = false, approved = false;
    };
    std::map<std::string, Hands> cases;
    std::map<std::string, std::string> deciders;
    std::set<std::string> ordered;
    for (const auto& e : entries) {
      SCOPED_TRACE(fmt::format("entry {} {}", e.seq, e.action));
      EXPECT_FALSE(e.actor.empty() || !e.time);
      EXPECT_TRUE(!e.org.empty() || e.actor.starts_with("system:"));
      EXPECT_FALSE(e.basis.rule_set.empty() || e.basis.version.empty() || e.basis.article.empty());
      Hands& hands = cases[e.threat];
      if (e.action == "threat.detected") hands.finder = e.actor;
      if (e.action == "threat.delegated") hands.identified = hands.approved = false;
      if (e.action == "threat.identified") {
        EXPECT_NE(e.actor, hands.finder);
        hands.identifier = e.actor;
        hands.identified = true;
      }
      if (e.action == "task.approved") {
        EXPECT_TRUE(hands.identified);
        EXPECT_NE(e.actor, hands.finder);
        EXPECT_NE(e.actor, hands.identifier);
        deciders[e.subject] = e.actor;
      }
      if (e.action == "task.notified" || e.action == "task.phone-notified") {
        EXPECT_TRUE(deciders.contains(e.subject)) << "a notice without a decision";
        ordered.insert(e.subject);
      }
      if (e.action == "task.disposing" || e.action == "task.fed-back") {
        EXPECT_TRUE(ordered.contains(e.subject));
        EXPECT_NE(e.actor, hands.finder);
        EXPECT_NE(e.actor, deciders[e.subject]);
      }
    }
  }

  /// Always the same walk, unless TOCSIN_WALK_SEED names another one.
  static unsigned seed() {
    const char* set = std::getenv("TOCSIN_WALK_SEED");
    return set != nullptr ? static_cast<unsigned>(std::atoi(set)) : 20180101U;
  }
  std::mt19937 random_{seed()};
  std::vector<Actor> people_;
  std::map<std::string, Instant> last_closed_;
  std::map<std::string, std::vector<model::ClockFact>> clocks_;  ///< as they last were
  std::map<std::string, model::Organization> bodies_;
};

TEST_F(RandomWalk, InvariantsHoldWhateverPeopleTry_lifecycle1_2_3_4_5_6_7) {
  for (const char* login : {"ministry-a", "ministry-b", "ministry-c", "sichuan-a", "sichuan-c",
                            "guangdong-a", "analyst-a", "analyst-b", "novice", "abuse-a", "abuse-a",
                            "abuse-b", "finder", "other-finder", "citizen"}) {
    people_.push_back(as(login));
  }
  // Mandates of several authorities, so that it matters whose case it is.
  must(registry_->delegate_body(as("sichuan-a"), {"cert", {}, {}, "Sichuan's"}));
  must(registry_->delegate_body(as("guangdong-a"), {"institute", {}, {}, "Guangdong's"}));
  for (auto& o : all<model::Organization>()) bodies_[o.id] = o;
  int managed = 0;
  constexpr int kSteps = 4000;
  for (int i = 0; i < kSteps && !HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("step {}", i));
    const auto threats = all<Threat>();
    const auto tasks = all<Task>();
    const auto appeals = all<Appeal>();
    const auto before = length();
    const bool was_done = act(threats, tasks, appeals);
    EXPECT_EQ(length() > before, was_done) << "an act and its journal entry go together";
    if (!was_done) continue;
    ++managed;
    const auto after = all<Threat>();
    for (const auto& t : after) {
      if (t.state != ThreatState::kClosed) last_closed_.erase(t.id);
      if (t.state == ThreatState::kClosed) last_closed_.try_emplace(t.id, clock_.now());
    }
    check(after, all<Task>(), all<Appeal>());
    clock_.advance(std::chrono::minutes(pick(40)));
    must(desk_->mark_overdue());
  }
  EXPECT_GT(managed, 150) << "the walk hardly went anywhere";
  // 6: the whole journal is one chain, and every state is the last one the journal told.
  journal::Tip tip;
  std::map<std::string, std::string> told;
  const auto entries = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 1000000); }));
  check_journal(entries);
  for (const auto& e : entries) {
    ASSERT_TRUE(journal::follow(tip, e));
    if (e.data.has("state")) told[e.subject] = e.data.str("state");
  }
  std::map<std::string, int> reached;
  const auto compare = [&](const auto& documents) {
    for (const auto& d : documents) {
      EXPECT_EQ(told[d.id], name(d.state)) << d.number;
      ++reached[std::string(name(d.state))];
    }
  };
  compare(all<Threat>());
  compare(all<Task>());
  compare(all<Appeal>());
  std::string summary;
  for (const auto& [state, n] : reached) summary += fmt::format(" {}:{}", state, n);
  std::printf("%d of %d acts done;%s\n", managed, kSteps, summary.c_str());
}

}  // namespace
}  // namespace tocsin::desk
