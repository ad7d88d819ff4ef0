#include "enforce/dns/probe.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/random.h"

namespace tocsin::enforce::dns {
namespace {

/// The marks of an answer that tell who made it. Two blocks by one resolver look alike; a name that
/// is gone in the real DNS looks different (its zone's SOA, no extended error).
struct Marks {
  bool authoritative = false;
  bool soa_of_policy = false;
  bool soa_of_other = false;
  std::optional<std::uint16_t> ede;
  bool operator==(const Marks&) const = default;
};

struct Judged {
  Marks marks;
  std::string policy_zone;
  std::optional<std::uint32_t> policy_serial;
};

Judged marks_of(const Exchange& exchange, const std::vector<std::string>& policy_zones) {
  Judged out;
  const Message& answer = *exchange.answer;
  out.marks.authoritative = answer.has(kFlagAa);
  out.marks.ede = exchange.ede();
  for (const auto* section : {&answer.authority, &answer.additional}) {
    for (const Rr& rr : *section) {
      if (rr.type != kTypeSoa) continue;
      const std::string owner = rr.name.lower().text();
      if (std::find(policy_zones.begin(), policy_zones.end(), owner) == policy_zones.end()) {
        // Some resolvers invent a SOA at the blocked name itself; a real one is never there for
        // NXDOMAIN, so it is no sign of the real DNS.
        if (!(rr.name == exchange.question.name)) out.marks.soa_of_other = true;
        continue;
      }
      out.marks.soa_of_policy = true;
      out.policy_zone = owner;
      if (const auto soa = soa_of(rr)) out.policy_serial = soa->serial;
    }
  }
  return out;
}

bool has_data(const Message& answer, std::uint16_t type) {
  return std::any_of(answer.answers.begin(), answer.answers.end(),
                     [&](const Rr& rr) { return rr.type == type; });
}

bool is_negative(const Exchange& exchange, std::uint16_t type) {
  const auto rcode = exchange.rcode();
  if (rcode == kNxDomain) return true;
  return rcode == kNoError && !has_data(*exchange.answer, type);
}

class Probe {
 public:
  Probe(const ProbePlan& plan, const Clock& clock) : plan_(plan), clock_(clock) {}

  Result<ProbeResult> run() {
    result_.started_at = clock_.now();
    identify();
    TRY_STATUS(query("control", plan_.control));
    TRY_STATUS(query("canary", plan_.canary));
    for (const std::string& target : plan_.targets) TRY_STATUS(query("target", target));
    for (const std::string& base : plan_.wildcard_bases) {
      TRY_STATUS(query("target", random_label() + "." + base));
    }
    judge();
    return std::move(result_);
  }

 private:
  static std::string random_label() {
    std::array<unsigned char, 8> bytes{};
    random_bytes(bytes);
    return "r" + hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  void identify() {
    for (const char* name : {"id.server", "hostname.bind"}) {
      ProbeQuery entry;
      entry.role = "id";
      entry.exchange = ask(plan_.resolver, {*Name::parse(name), kTypeTxt, kClassChaos},
                           plan_.timeout, 1, clock_);
      const auto& answer = entry.exchange.answer;
      if (answer && answer->rcode() == kNoError && !answer->answers.empty()) {
        const auto texts = txt_of(answer->answers.front());
        if (texts && !texts->empty() && is_utf8(texts->front())) {
          result_.resolver_id = texts->front();
        }
      }
      if (entry.exchange.answer) entry.kind = AnswerKind::kResolves;
      result_.transcript.push_back(std::move(entry));
      if (!result_.resolver_id.empty() || !answer) return;
    }
  }

  Status query(const std::string& role, const std::string& name) {
    TRY(const Name parsed, Name::parse(name));
    ProbeQuery entry;
    entry.role = role;
    entry.exchange =
        ask(plan_.resolver, {parsed, plan_.type, kClassIn}, plan_.timeout, plan_.tries, clock_);
    if (result_.resolver_id.empty()) result_.resolver_id = entry.exchange.nsid();
    classify(entry);
    result_.transcript.push_back(std::move(entry));
    return {};
  }

  void classify(ProbeQuery& entry) {
    const Exchange& exchange = entry.exchange;
    const auto rcode = exchange.rcode();
    if (!rcode || (rcode != kNoError && rcode != kNxDomain)) return;
    Judged judged = marks_of(exchange, plan_.policy_zones);
    entry.policy_zone = judged.policy_zone;
    entry.policy_serial = judged.policy_serial;
    if (!is_negative(exchange, plan_.type)) {
      entry.kind = AnswerKind::kResolves;
      return;
    }
    // The canary is the measure: its answer must not itself look like the real DNS.
    if (entry.role == "canary" && !judged.marks.soa_of_other) canary_ = judged.marks;
    const bool like_canary = canary_ && judged.marks == *canary_;
    const bool ours = judged.marks.soa_of_policy || like_canary;
    entry.kind = ours ? AnswerKind::kBlockLike : AnswerKind::kAbsent;
  }

  void broken(std::string zh, std::string en) {
    result_.verdict = ProbeVerdict::kBroken;
    result_.reason = {std::move(zh), std::move(en)};
  }

  void judge() {
    std::vector<const ProbeQuery*> targets;
    const ProbeQuery* control = nullptr;
    const ProbeQuery* canary = nullptr;
    for (const ProbeQuery& entry : result_.transcript) {
      if (entry.role == "control") control = &entry;
      if (entry.role == "canary") canary = &entry;
      if (entry.role == "target") targets.push_back(&entry);
    }
    if (control->kind != AnswerKind::kResolves) {
      return broken(fmt::format("对照域名 {} 未能解析，本次探测无效", plan_.control),
                    fmt::format("the control name {} did not resolve: the probe proves nothing",
                                plan_.control));
    }
    if (canary->kind != AnswerKind::kBlockLike) {
      return broken(
          fmt::format("哨兵域名 {} 未被屏蔽，解析器未应用屏蔽名单，本次探测无效", plan_.canary),
          fmt::format("the canary {} is not blocked: the resolver does not apply the list",
                      plan_.canary));
    }
    judge_targets(targets);
  }

  /// Names, and names made up below others.
  Text asked() const {
    const std::size_t names = plan_.targets.size();
    const std::size_t bases = plan_.wildcard_bases.size();
    Text out;
    if (names > 0) {
      out.en = names == 1 ? "the target name" : fmt::format("all {} target names", names);
      out.zh = fmt::format("{} 个目标域名", names);
    }
    if (bases > 0) {
      out.en += (names > 0 ? " and " : "") + (bases == 1 ? std::string("a name made up below one")
                                                         : fmt::format("names below {}", bases));
      out.zh += fmt::format("{}{} 个随机下级域名", names > 0 ? "及" : "", bases);
    }
    return out;
  }

  void judge_targets(const std::vector<const ProbeQuery*>& targets) {
    const ProbeQuery* open = nullptr;
    const ProbeQuery* shut = nullptr;
    for (const ProbeQuery* target : targets) {
      const std::string name = target->exchange.question.name.text();
      if (target->kind == AnswerKind::kUnusable) {
        return broken(fmt::format("目标域名 {} 没有可用的应答", name),
                      fmt::format("no usable answer for the target {}", name));
      }
      const ProbeQuery*& first = target->kind == AnswerKind::kBlockLike ? shut : open;
      if (first == nullptr) first = target;
    }
    // A block and a lift both have to hold for every target, not for one of them.
    const bool wants_block = plan_.expectation == ProbeExpectation::kBlocked;
    result_.as_expected = wants_block ? open == nullptr : shut == nullptr;
    if (open == nullptr) {
      result_.verdict = ProbeVerdict::kBlocked;
      const Text what = asked();
      result_.reason = {
          what.zh + "均被屏蔽，对照域名正常",
          what.en + (targets.size() == 1 ? " is" : " are") + " blocked and the control resolves"};
      return;
    }
    result_.verdict = ProbeVerdict::kNotBlocked;
    if (!wants_block && shut != nullptr) {
      const std::string still = shut->exchange.question.name.text();
      result_.reason = {fmt::format("目标域名 {} 仍被屏蔽", still),
                        fmt::format("the target {} is still blocked", still)};
      return;
    }
    const std::string name = open->exchange.question.name.text();
    if (open->kind == AnswerKind::kResolves) {
      result_.reason = {fmt::format("目标域名 {} 可以解析", name),
                        fmt::format("the target {} resolves", name)};
    } else {
      result_.reason = {
          fmt::format("目标域名 {} 在公共 DNS 中不存在，应答并非来自屏蔽名单", name),
          fmt::format(
              "the target {} does not exist in the public DNS; the answer is not the list's",
              name)};
    }
  }

  const ProbePlan& plan_;
  const Clock& clock_;
  ProbeResult result_;
  std::optional<Marks> canary_;
};

Status check_plan(const ProbePlan& plan) {
  constexpr std::size_t kTargetLimit = 64;
  const std::size_t targets = plan.targets.size() + plan.wildcard_bases.size();
  if (targets == 0 || targets > kTargetLimit) {
    return fail_bi(Code::kInvalid, "a probe needs 1 to 64 target names",
                   "一次探测需要 1 至 64 个目标域名", "targets");
  }
  if (plan.control.empty() || plan.canary.empty()) {
    return fail_bi(Code::kInvalid, "a probe needs a control name and a canary name",
                   "探测必须有对照域名和哨兵域名", plan.control.empty() ? "control" : "canary");
  }
  if (plan.type != kTypeA && plan.type != kTypeAaaa) {
    return fail_bi(Code::kInvalid, "a probe asks for A or AAAA", "探测只查询 A 或 AAAA 记录",
                   "type");
  }
  return {};
}

}  // namespace

std::string_view name(ProbeVerdict verdict) {
  switch (verdict) {
    case ProbeVerdict::kBlocked:
      return "blocked";
    case ProbeVerdict::kNotBlocked:
      return "not-blocked";
    case ProbeVerdict::kBroken:
      return "broken";
  }
  panic(__FILE__, __LINE__, "unknown ProbeVerdict");
}

std::string_view name(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kResolves:
      return "resolves";
    case AnswerKind::kBlockLike:
      return "block-like";
    case AnswerKind::kAbsent:
      return "absent";
    case AnswerKind::kUnusable:
      return "unusable";
  }
  panic(__FILE__, __LINE__, "unknown AnswerKind");
}

Result<ProbeResult> probe(const ProbePlan& plan, const Clock& clock) {
  TRY_STATUS(check_plan(plan));
  return Probe(plan, clock).run();
}

}  // namespace tocsin::enforce::dns
