#include "hub/prober.h"

#include <algorithm>

#include "enforce/dns/probe.h"
#include "lists/uncarried.h"

namespace tocsin::hub {
namespace {

namespace dns = enforce::dns;

struct Target {
  std::vector<std::string> names;
  std::vector<std::string> wildcards;
};

/// What the probe is about: everything that was blocked; for a lift, what the list lets go. An
/// appeal may be upheld in part, and another case may still list the same name.
Result<std::vector<model::CaseIndicator>> subject_of(store::ReadTx& tx, const model::Task& task,
                                                     bool lifted) {
  if (!lifted) return task.indicators;
  std::vector<model::CaseIndicator> out;
  for (const auto& i : task.indicators) {
    TRY(const auto entries, store::find<model::ListEntry>(tx, "indicator", i.key()));
    const bool live = std::any_of(entries.begin(), entries.end(), [&](const model::ListEntry& e) {
      return e.live && e.addressee == task.addressee;
    });
    if (!live) out.push_back(i);
  }
  return out;
}

/// Names only: an address or URL is not asked of a resolver.
Target targets_of(const std::vector<model::CaseIndicator>& indicators) {
  Target out;
  for (const auto& i : indicators) {
    if (i.kind == model::IndicatorKind::kDomain) {
      out.names.push_back(i.value);
      out.wildcards.push_back(i.value);
    } else if (i.kind == model::IndicatorKind::kWildcardDomain) {
      out.wildcards.push_back(i.value.substr(2));
    }
  }
  return out;
}

/// One probe asks a bounded number of names; a task may have more of them.
std::vector<dns::ProbePlan> plans_of(const Target& target, bool lifted) {
  constexpr std::size_t kNamesPerProbe = 32;
  std::vector<dns::ProbePlan> out;
  std::size_t room = 0;
  const auto add = [&](std::vector<std::string> dns::ProbePlan::* list, const std::string& name) {
    if (room == 0) {
      out.emplace_back();
      room = kNamesPerProbe;
    }
    (out.back().*list).push_back(name);
    --room;
  };
  for (const auto& name : target.names) add(&dns::ProbePlan::targets, name);
  // A lifted name's sub-names need not exist, so only the names themselves can prove a lift.
  if (lifted && !target.names.empty()) return out;
  for (const auto& base : target.wildcards) add(&dns::ProbePlan::wildcard_bases, base);
  return out;
}

/// Every name of the task through one resolver. Adds verdict and transcripts to the request.
Status ask(App& app, const model::EnforcementPoint& point, const Target& target, bool lifted,
           desk::VerifyRequest& request) {
  for (auto& plan : plans_of(target, lifted)) {
    TRY(plan.resolver, dns::Endpoint::make(point.address, static_cast<std::uint16_t>(point.port)));
    plan.control = app.options.control;
    plan.canary = app.options.zones.canary;
    plan.policy_zones = app.zones_of(point.organization);
    plan.expectation = lifted ? dns::ProbeExpectation::kResolves : dns::ProbeExpectation::kBlocked;
    TRY(const auto result, dns::probe(plan, app.clock));
    if (result.verdict == dns::ProbeVerdict::kBroken) {
      return fail_bi(Code::kUnavailable,
                     point.code + ": the probe proves nothing: " + result.reason.en,
                     point.code + "：探测无效：" + result.reason.zh, "probe", "W17-25");
    }
    request.passed = request.passed && result.as_expected;
    request.detail += (request.detail.empty() ? "" : "; ") + point.code + ": " + result.reason.en;
    request.detail_zh +=
        (request.detail_zh.empty() ? "" : "；") + point.code + "：" + result.reason.zh;
    request.evidence.push_back(
        {"经 " + point.code + " 的 DNS 探测 / DNS probe through " + point.code,
         "application/dns-probe+json", dns::to_json(result).canonical(), false});
  }
  return {};
}

}  // namespace

Result<model::Task> verify_by_probe(App& app, const desk::Actor& actor, const std::string& id) {
  TRY(const auto task, app.desk.may_verify(actor, id));
  const bool lifted = task.state == model::TaskState::kLifted;
  TRY(const auto subject,
      app.store.read([&](store::ReadTx& tx) { return subject_of(tx, task, lifted); }));
  const Target target = targets_of(subject);
  if (target.names.empty() && target.wildcards.empty()) {
    return fail_bi(Code::kRefused,
                   "this task has no domain a resolver could be asked about: verify by document",
                   "该任务没有可通过解析器探测的域名，请以文件验证", "task.indicators", "W17-25");
  }
  TRY(const auto points, app.store.read([&](store::ReadTx& tx) {
    return store::find<model::EnforcementPoint>(tx, "organization", task.addressee);
  }));
  desk::VerifyRequest request;
  request.method = "dns-probe";
  int asked = 0;
  for (const auto& point : points) {
    if (point.kind != model::PointKind::kDnsRpz || !point.active) continue;
    ++asked;
    TRY_STATUS(ask(app, point, target, lifted, request));
  }
  if (asked == 0) {
    return fail_bi(Code::kRefused, "the addressee has no resolver registered: verify by document",
                   "处置单位未登记解析器，请以文件验证", "points", "W17-25");
  }
  if (!lifted) {
    TRY(const auto rest,
        app.store.read([&](store::ReadTx& tx) { return lists::uncarried(tx, task); }));
    request.in_part = !rest.empty();
  }
  return app.desk.verify(actor, id, request);
}

}  // namespace tocsin::hub
