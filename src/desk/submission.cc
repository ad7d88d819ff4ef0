// Finding, own problems, submission, correction, merging and relapse (R202 arts. 2, 5, 6).
#include <algorithm>
#include <set>

#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"
#include "model/province.h"

namespace tocsin::desk {
namespace {

using model::Threat;
using model::ThreatState;

Status bad(const char* field, std::string en, std::string zh, const char* rule) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), field, rule);
}

Status check_subtype(const Threat& t) {
  const auto& allowed = model::subtypes(t.threat_class);
  if (std::find(allowed.begin(), allowed.end(), t.subtype) != allowed.end()) return {};
  std::string list;
  for (const auto s : allowed) list += (list.empty() ? "" : ", ") + std::string(s);
  const std::string of(name(t.threat_class));
  if (t.subtype.empty()) {
    return bad("subtype", "a subtype is required; those of class '" + of + "' are " + list,
               "缺少子类；“" + of + "”类的子类为 " + list, "W17-01");
  }
  return bad("subtype",
             "'" + t.subtype + "' is not a subtype of class '" + of + "'; those are " + list,
             "“" + t.subtype + "”不是“" + of + "”类的子类；可用 " + list, "W17-01");
}

/// The required contents of a submission (W17-01, W17-02, W17-07).
Status validate(const Threat& t, Instant now) {
  if (t.title.empty()) return bad("title", "a title is required", "缺少标题", "W17-07");
  TRY_STATUS(check_subtype(t));
  if (t.threat_class == model::ThreatClass::kOther && t.subtype_text.empty()) {
    return bad("subtype_text", "class 'other' must say in words what it is",
               "“其他”类必须以文字说明", "W17-01");
  }
  if (t.imitates && !model::is_phishing(t.subtype)) {
    return bad("imitates", "only phishing imitates somebody", "仅钓鱼类威胁可填写仿冒对象",
               "F18-03");
  }
  if (t.indicators.empty() && t.threat_class == model::ThreatClass::kMaliciousResource) {
    return bad("indicators", "a malicious network resource needs at least one indicator",
               "恶意网络资源至少需要一个指标", "W17-01");
  }
  if (t.discovered_at > now) {
    return bad("discovered_at", "the discovery lies in the future", "发现时间不能晚于当前时间",
               "W17-04");
  }
  return {};
}

/// Fills what the finder says; used for a new threat and for a corrected one.
Status fill(Context& c, Threat& t, const SubmitRequest& request) {
  t.threat_class = request.threat_class;
  t.subtype = request.subtype;
  if (t.threat_class == model::ThreatClass::kOther && t.subtype.empty()) t.subtype = "other";
  t.subtype_text = request.subtype_text;
  t.imitates = request.imitates;
  t.certainty = request.certainty;
  t.tlp = request.tlp;
  t.title = request.title;
  t.description = request.description;
  t.target_is_party_gov = request.target_is_party_gov;
  t.target_is_cii = request.target_is_cii;
  TRY(t.provinces, model::provinces_of(request.provinces, "provinces", "W17-07"));
  if (!request.reason.empty()) t.finder.reason = request.reason;
  if (request.discovered_at) t.discovered_at = request.discovered_at;
  if (!t.discovered_at) t.discovered_at = c.now;  // a correction keeps what was said before
  TRY(t.indicators, c.parse_indicators(request.indicators, "indicators"));
  t.owner.clear();
  if (!request.owner.empty()) {
    auto owner = c.organization(request.owner);
    if (!owner) return tl::unexpected(owner.error().at("owner"));
    t.owner = owner->id;
    t.target_is_cii = t.target_is_cii || owner->is_cii;
    t.target_is_party_gov = t.target_is_party_gov || owner->is_party_gov;
    if (t.provinces.empty()) t.provinces = owner->provinces;
  }
  TRY_STATUS(validate(t, c.now));
  // This workflow is that of the 2017 Measures: a fact from before them has other duties.
  const auto* rules = c.services.law->find(kRuleSet);
  ASSERT(rules != nullptr);
  if (!rules->in_force(shanghai_date(t.discovered_at))) {
    return fail_bi(
        Code::kRefused,
        "discovered before " + std::string(kRuleSet) + " was in force: its duties do not apply",
        "发现时间早于该办法施行之日，不适用其规定", "discovered_at", "W17-32");
  }
  t.rule_set = rules->id;
  return {};
}

/// A new threat in state `detected`, with its evidence and its journal entry.
Result<Threat> detect(Context& c, const SubmitRequest& request) {
  TRY_STATUS(require_role(c.actor, model::Role::kFinder, "W17-05"));
  Threat t;
  t.id = c.services.ids.make("thr");
  t.finder = c.actor.act(c.now);
  TRY_STATUS(fill(c, t, request));
  TRY(t.number, c.next_number("T"));
  t.sources = {c.actor.organization.id};
  TRY_STATUS(c.start_clock(t.clocks, "submit_threat", t.discovered_at));
  TRY(t.evidence, c.keep_evidence(request.evidence, t.id, ""));
  TRY_STATUS(
      c.save(t, t.id, "threat.detected", c.cite("2", "W17-01"),
             Json::object({{"state", "detected"}, {"number", t.number}, {"title", t.title}})));
  return t;
}

/// The ministry and the administrations of the target's provinces (W17-07).
Result<std::vector<std::string>> recipients(Context& c, const Threat& t) {
  std::set<std::string> out;
  TRY(const auto ministry, store::find<model::Organization>(c.tx, "type", "miit"));
  if (ministry.empty()) {
    return fail_bi(Code::kRefused, "the ministry is not registered: nobody could receive this",
                   "平台上未登记工业和信息化部，无法接收提交", "recipients", "W17-07");
  }
  for (const auto& o : ministry) out.insert(o.id);
  TRY(const auto administrations, store::find<model::Organization>(c.tx, "type", "tca"));
  for (const auto& o : administrations) {
    const bool concerned = std::any_of(o.provinces.begin(), o.provinces.end(), [&](const auto& p) {
      return std::find(t.provinces.begin(), t.provinces.end(), p) != t.provinces.end();
    });
    if (concerned) out.insert(o.id);
  }
  return std::vector<std::string>(out.begin(), out.end());
}

/// Nothing of `t` would be lost in `other`: it can still take indicators in, or has them all.
bool takes_in(const Threat& other, const Threat& t) {
  if (!other.identification) return true;
  return std::all_of(t.indicators.begin(), t.indicators.end(), [&](const auto& mine) {
    return std::any_of(other.indicators.begin(), other.indicators.end(),
                       [&](const auto& i) { return i.plain() == mine.plain(); });
  });
}

/// With the finder, or an owner's own business: it answers for nobody else.
bool is_private(ThreatState s) {
  return s == ThreatState::kDetected || s == ThreatState::kSelfDisposing ||
         s == ThreatState::kReturned;
}

/// The case that answers for these indicators already: an open one, else a closed one.
Result<std::optional<Threat>> case_for(Context& c, const Threat& t) {
  std::optional<Threat> closed;
  for (const auto& indicator : t.indicators) {
    TRY(const auto others, store::find<Threat>(c.tx, "indicator", indicator.key()));
    for (const auto& other : others) {
      if (other.id == t.id || is_private(other.state) || !takes_in(other, t)) continue;
      if (!model::is_finished(other.state)) return std::optional<Threat>(other);
      if (other.state == ThreatState::kClosed) closed = other;
    }
  }
  return closed;
}

Status merge_into(Context& c, Threat& t, Threat& other, const std::string& reason) {
  // The platform itself merges (article 6 paragraph 2), whoever's submission caused it.
  t.merged_into = other.id;
  TRY(const auto found, step(t.state, ThreatState::kMerged));
  t.state = ThreatState::kMerged;
  TRY_STATUS(c.save(t, t.id, found.action, c.cite(found.article, found.requirement),
                    Json::object({{"state", "merged"}, {"into", other.id}, {"reason", reason}})));
  const std::string& source = t.finder.organization;
  if (std::find(other.sources.begin(), other.sources.end(), source) == other.sources.end()) {
    other.sources.push_back(source);
  }
  for (const auto& indicator : t.indicators) {
    const bool known = std::any_of(other.indicators.begin(), other.indicators.end(),
                                   [&](const auto& i) { return i.plain() == indicator.plain(); });
    // Once the case is with an expert body, its subject is fixed.
    if (!known && !other.identification) other.indicators.push_back(indicator);
  }
  for (const auto& r : t.recipients) {  // who was told must hear of a correction too
    if (std::find(other.recipients.begin(), other.recipients.end(), r) == other.recipients.end()) {
      other.recipients.push_back(r);
    }
  }
  other.evidence.insert(other.evidence.end(), t.evidence.begin(), t.evidence.end());
  other.tlp = std::max(other.tlp, t.tlp);  // what came under a stricter word stays under it
  ++other.sightings;
  if (other.state == ThreatState::kClosed) {
    ++other.relapses;
    TRY(const auto reopened, step(other.state, ThreatState::kReopened));
    other.state = ThreatState::kReopened;
    TRY_STATUS(c.save(other, other.id, reopened.action,
                      c.cite(reopened.article, reopened.requirement),
                      Json::object({{"state", "reopened"}, {"by", t.id}, {"reason", "relapse"}})));
  }
  return c.save(other, other.id, "threat.sighted-again", c.cite("6", "W17-08"),
                Json::object({{"from", t.id}, {"source", source}}));
}

/// What others are to act on must be checkable: the forms of 2011 ask for the sample or for the
/// behaviour, the harm and how they were found. An import brings its lines as evidence. An own
/// problem needs neither when it is found; its evidence comes with what was done about it.
Status require_substance(const Threat& t) {
  if (!t.evidence.empty() || !t.finder.reason.empty()) return {};
  return bad("evidence",
             "a submission needs evidence, or a written finding in `reason`: how it was found and "
             "why it is a threat",
             "提交须附证据，或在 reason 中书面说明如何发现、为何构成威胁", "W17-07");
}

Result<Threat> enter(Context& c, Threat t) {
  TRY_STATUS(require_substance(t));
  t.submitted_at = c.now;
  c.meet_clock(t.clocks, "submit_threat");
  TRY(t.recipients, recipients(c, t));
  Json to = Json::array();
  for (const auto& r : t.recipients) to.push(r);
  TRY_STATUS(c.move(t, ThreatState::kSubmitted, Json::object({{"recipients", std::move(to)}})));
  TRY(auto other, case_for(c, t));
  if (other) TRY_STATUS(merge_into(c, t, *other, "same indicator"));
  return t;
}

Result<Threat> file(Context& c, const SubmitRequest& request) {
  TRY(auto t, detect(c, request));
  if (!t.owner.empty() && t.owner == c.actor.organization.id) {
    return fail_bi(Code::kRefused,
                   "this is your own asset: dispose of it at once (self-dispose); only what "
                   "concerns others is submitted",
                   "属于本单位自身问题，应当立即进行处置（自行处置），无需提交", "owner", "W17-06");
  }
  return enter(c, std::move(t));
}

}  // namespace

Result<Threat> Desk::self_dispose(const Actor& actor, const SubmitRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, detect(c, request));
    if (t.owner != actor.organization.id) {
      return fail_bi(Code::kRefused,
                     "only the unit's own problems are disposed of without submission",
                     "只有本单位自身问题可自行处置，涉及其他主体的应提交", "owner", "W17-06");
    }
    TRY_STATUS(c.start_clock(t.clocks, "self_disposal", t.discovered_at));
    TRY_STATUS(c.move(t, ThreatState::kSelfDisposing));
    return t;
  });
}

Result<Threat> Desk::complete_self(const Actor& actor, std::string_view id,
                                   const FeedbackRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    if (t.finder.organization != actor.organization.id) {
      return fail_bi(Code::kForbidden, "this is another unit's case", "这是其他单位的事项", "actor",
                     "W17-06");
    }
    if (request.evidence.empty()) {
      return fail_bi(Code::kInvalid, "say what was done, with evidence", "请附处置证据", "evidence",
                     "W17-28");
    }
    TRY(const auto evidence, c.keep_evidence(request.evidence, t.id, ""));
    t.evidence.insert(t.evidence.end(), evidence.begin(), evidence.end());
    t.closing_summary = request.detail;
    c.meet_clock(t.clocks, "self_disposal");
    c.meet_clock(t.clocks, "submit_threat");  // art. 11: the result is reported by this very act
    TRY_STATUS(c.move(t, ThreatState::kClosedSelf, Json::object({{"detail", request.detail}})));
    return t;
  });
}

Result<Threat> Desk::submit(const Actor& actor, const SubmitRequest& request) {
  return act(actor, [&](Context& c) { return file(c, request); });
}

std::vector<Result<Threat>> Desk::submit_many(const std::vector<Submission>& submissions) {
  // Long enough to share the cost of a commit, short enough not to hold other writers up.
  constexpr std::size_t kPerTransaction = 64;
  std::vector<Result<Threat>> out;
  for (std::size_t first = 0; first < submissions.size(); first += kPerTransaction) {
    const std::size_t last = std::min(first + kPerTransaction, submissions.size());
    std::vector<Result<Threat>> part;
    const Status together = services_.store.write([&](store::WriteTx& tx) -> Status {
      for (std::size_t i = first; i < last; ++i) {
        const auto& s = submissions[i];
        auto made = act_in(tx, s.actor, [&](Context& c) { return file(c, s.request); });
        if (!made) return tl::unexpected(made.error());
        part.push_back(std::move(made));
      }
      return {};
    });
    if (!together) {
      // One was refused and undid all: each for itself then.
      part.clear();
      for (std::size_t i = first; i < last; ++i) {
        part.push_back(submit(submissions[i].actor, submissions[i].request));
      }
    }
    for (auto& one : part) out.push_back(std::move(one));
  }
  return out;
}

Result<Threat> Desk::resubmit(const Actor& actor, std::string_view id,
                              const SubmitRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    if (t.finder.organization != actor.organization.id) {
      return fail_bi(Code::kForbidden, "only the finder corrects a submission",
                     "只有提交单位可以补正", "actor", "W17-07");
    }
    if (t.state != ThreatState::kReturned) {
      return fail_bi(Code::kRefused, "this submission was not returned", "该提交未被退回", "state",
                     "W17-07");
    }
    TRY_STATUS(fill(c, t, request));
    TRY(const auto evidence, c.keep_evidence(request.evidence, t.id, ""));
    t.evidence.insert(t.evidence.end(), evidence.begin(), evidence.end());
    t.defects.clear();
    return enter(c, std::move(t));
  });
}

Result<Threat> Desk::return_for_correction(const Actor& actor, std::string_view id,
                                           const ReturnRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (request.defects.empty()) {
      return fail_bi(Code::kInvalid, "name at least one defect", "至少列明一项缺陷", "defects",
                     "W17-07");
    }
    t.defects = request.defects;
    Json defects = Json::array();
    for (const auto& d : request.defects) defects.push(d);
    TRY_STATUS(c.move(t, ThreatState::kReturned, Json::object({{"defects", std::move(defects)}})));
    return t;
  });
}

Result<Threat> Desk::merge(const Actor& actor, std::string_view id, std::string_view into,
                           const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY_STATUS(require_role(actor, model::Role::kReviewer, "W17-08"));
    TRY(auto t, c.threat(id));
    TRY(auto other, c.threat(into));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (t.id == other.id || other.state == ThreatState::kMerged || is_private(other.state) ||
        (model::is_finished(other.state) && other.state != ThreatState::kClosed)) {
      return fail_bi(Code::kInvalid, "that case cannot take in another", "目标事项不能并入其他事项",
                     "into", "W17-08");
    }
    if (!takes_in(other, t)) {
      return fail_bi(Code::kRefused,
                     "that case is being identified or decided already and does not cover every "
                     "indicator of this one: some would be lost",
                     "目标事项已进入认定或处置，且未包含本事项的全部指标，合并会遗漏", "into",
                     "W17-08");
    }
    TRY_STATUS(merge_into(c, t, other, request.reason));
    return t;
  });
}

}  // namespace tocsin::desk
