#include "hub/prober.h"

#include <algorithm>

#include "enforce/dns/probe.h"

namespace tocsin::hub {
namespace {

namespace dns = enforce::dns;

struct Target {
  std::vector<std::string> names;
  std::vector<std::string> wildcards;
};

/// Names only: an address or URL is not asked of a resolver.
Target targets_of(const model::Task& task) {
  Target out;
  for (const auto& i : task.indicators) {
    if (i.kind == model::IndicatorKind::kDomain) {
      out.names.push_back(i.value);
      out.wildcards.push_back(i.value);
    } else if (i.kind == model::IndicatorKind::kWildcardDomain) {
      out.wildcards.push_back(i.value.substr(2));
    }
  }
  return out;
}

Result<dns::ProbeResult> ask(App& app, const model::EnforcementPoint& point, const Target& target,
                             bool lifted) {
  dns::ProbePlan plan;
  TRY(plan.resolver, dns::Endpoint::make(point.address, static_cast<std::uint16_t>(point.port)));
  plan.targets = target.names;
  // A lifted name's sub-names need not exist, so only the names themselves can prove a lift.
  if (!lifted) plan.wildcard_bases = target.wildcards;
  if (lifted && plan.targets.empty()) plan.wildcard_bases = target.wildcards;
  plan.control = app.options.control;
  plan.canary = app.options.zones.canary;
  plan.policy_zones = app.zones_of(point.organization);
  plan.expectation = lifted ? dns::ProbeExpectation::kResolves : dns::ProbeExpectation::kBlocked;
  return dns::probe(plan, app.clock);
}

}  // namespace

Result<model::Task> verify_by_probe(App& app, const desk::Actor& actor, const std::string& id) {
  TRY(const auto task, app.desk.may_verify(actor, id));
  const bool lifted = task.state == model::TaskState::kLifted;
  const Target target = targets_of(task);
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
    TRY(const auto result, ask(app, point, target, lifted));
    if (result.verdict == dns::ProbeVerdict::kBroken) {
      return fail_bi(Code::kUnavailable,
                     point.code + ": the probe proves nothing: " + result.reason.en,
                     point.code + "：探测无效：" + result.reason.zh, "probe", "W17-25");
    }
    request.passed = request.passed && result.as_expected;
    request.detail += (request.detail.empty() ? "" : "; ") + point.code + ": " + result.reason.en;
    request.evidence.push_back({"DNS probe through " + point.code, "application/dns-probe+json",
                                dns::to_json(result).canonical(), false});
  }
  if (asked == 0) {
    return fail_bi(Code::kRefused, "the addressee has no resolver registered: verify by document",
                   "处置单位未登记解析器，请以文件验证", "points", "W17-25");
  }
  return app.desk.verify(actor, id, request);
}

}  // namespace tocsin::hub
