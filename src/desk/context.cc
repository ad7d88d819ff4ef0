#include "desk/context.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "desk/clocks.h"
#include "desk/permissions.h"
#include "match/canonical.h"

namespace tocsin::desk {
namespace {

std::string article_text(const model::Citation& c) { return c.rule_set + " art. " + c.article; }

journal::Basis basis_of(const model::Citation& c) {
  return {c.rule_set, c.version, c.article, c.requirement};
}

std::string_view kind_of(const EvidenceInput& input) {
  if (input.confidential) return model::kConfidential;
  return input.media_type == "application/dns-probe+json" ? "probe" : "file";
}

template <typename T>
Result<T> by_id_or(store::ReadTx& tx, std::string_view prefix, std::string_view text,
                   std::string_view index) {
  if (is_id(text, prefix)) return store::get<T>(tx, text);
  TRY(auto found, store::find_one<T>(tx, index, text));
  if (found) return std::move(*found);
  const Text what = model::label(store::Collection<T>::table);
  return fail_bi(Code::kNotFound, "there is no " + what.en + " " + std::string(text),
                 "没有" + what.zh + " " + std::string(text), std::string(index));
}

}  // namespace

std::string case_year(Instant t) {
  return std::to_string(static_cast<int>(shanghai_date(t).year()));
}

model::Citation Context::cite(std::string_view article, std::string_view requirement) const {
  const auto basis = basis_in(*services.law, article, requirement);
  return {basis.rule_set, basis.version, basis.article, basis.requirement};
}

Status Context::journal(std::string_view action, std::string_view subject, std::string_view threat,
                        const model::Citation& basis, Json before, Json data) {
  TRY_STATUS(
      tx.append({actor.user.id, actor.organization.id, std::string(action), std::string(subject),
                 std::string(threat), basis_of(basis), std::move(before), std::move(data)}));
  return {};
}

template <typename Doc, typename State>
Status Context::move_state(Doc& document, const std::string& threat, State to, Json data) {
  TRY(const auto found, step(document.state, to));
  TRY_STATUS(require_role(actor, found.role, found.requirement));
  Json before = Json::object({{"state", std::string(name(document.state))}});
  if (data.is_null()) data = Json::object();
  data.set("state", std::string(name(to)));
  document.state = to;
  TRY_STATUS(store::put(tx, document));
  return journal(found.action, document.id, threat, cite(found.article, found.requirement),
                 std::move(before), std::move(data));
}

Status Context::move(model::Threat& threat, model::ThreatState to, Json data) {
  return move_state(threat, threat.id, to, std::move(data));
}
Status Context::move(model::Task& task, model::TaskState to, Json data) {
  return move_state(task, task.threat, to, std::move(data));
}
Status Context::move(model::Appeal& appeal, model::AppealState to, Json data) {
  return move_state(appeal, appeal.threat, to, std::move(data));
}

Result<model::Threat> Context::threat(std::string_view id_or_number) {
  TRY(auto found, by_id_or<model::Threat>(tx, "thr", id_or_number, "number"));
  TRY_STATUS(require_one_side(tx, actor, found.id));
  return found;
}
Result<model::Task> Context::task(std::string_view id_or_number) {
  TRY(auto found, appealed_task(id_or_number));
  TRY_STATUS(require_one_side(tx, actor, found.threat));
  return found;
}
Result<model::Task> Context::appealed_task(std::string_view id_or_number) {
  return by_id_or<model::Task>(tx, "tsk", id_or_number, "number");
}
Result<model::Appeal> Context::appeal(std::string_view id_or_number) {
  TRY(auto found, by_id_or<model::Appeal>(tx, "apl", id_or_number, "number"));
  TRY_STATUS(require_one_side(tx, actor, found.threat));
  return found;
}
Result<model::Organization> Context::organization(std::string_view id_or_code) {
  return by_id_or<model::Organization>(tx, "org", id_or_code, "code");
}

Result<std::vector<std::string>> Context::keep_evidence(const std::vector<EvidenceInput>& inputs,
                                                        const std::string& threat_id,
                                                        const std::string& task_id) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& input = inputs[i];
    const std::string place = fmt::format("evidence[{}].content", i);
    if (input.content.empty()) {
      return fail_bi(Code::kInvalid, "evidence without content proves nothing", "证据内容为空",
                     place, "W17-11");
    }
    std::string raw = input.content;
    if (input.binary) {
      auto decoded = unbase64(input.content);
      if (!decoded) return tl::unexpected(decoded.error().at(place));
      raw = std::move(*decoded);
    }
    const model::Evidence evidence{services.ids.make("evd"),
                                   threat_id,
                                   task_id,
                                   std::string(kind_of(input)),
                                   input.title,
                                   input.media_type,
                                   input.content,
                                   input.binary,
                                   crypto::sha256_hex(raw),
                                   actor.act(now)};
    TRY_STATUS(save(
        evidence, threat_id, "evidence.kept", cite("7", "W17-11"),
        Json::object({{"digest", evidence.digest}, {"title", evidence.title}, {"task", task_id}})));
    ids.push_back(evidence.id);
  }
  return ids;
}

Result<std::vector<model::CaseIndicator>> Context::parse_indicators(
    const std::vector<std::string>& texts, std::string_view field) {
  std::vector<model::CaseIndicator> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    // `kind:value` only when what stands before the colon is the name of a kind.
    std::string_view text = texts[i];
    std::optional<model::IndicatorKind> hint;
    if (const auto colon = text.find(':'); colon != std::string_view::npos) {
      hint = model::indicator_kind(text.substr(0, colon));
      if (hint) text.remove_prefix(colon + 1);
    }
    auto parsed = match::canonical(text, hint);
    if (!parsed) return tl::unexpected(parsed.error().at(fmt::format("{}[{}]", field, i)));
    model::CaseIndicator indicator{parsed->kind, parsed->value,
                                   text == parsed->value ? std::string() : std::string(text)};
    const bool known = std::any_of(out.begin(), out.end(), [&](const auto& other) {
      return other.plain() == indicator.plain();
    });
    if (!known) out.push_back(std::move(indicator));
  }
  return out;
}

Status Context::start_clock(std::vector<model::ClockFact>& clocks, const std::string& clock,
                            Instant start, const std::string& limit) {
  if (model::running_clock(clocks, clock) != nullptr) {
    return fail_bi(Code::kConflict, "a clock '" + clock + "' is running already",
                   "“" + clock + "”时限已在计时", "clocks", "lifecycle-2");
  }
  TRY(auto fact, compute_clock(*services.law, clock, start, limit));
  clocks.push_back(std::move(fact));
  return {};
}

bool Context::meet_clock(std::vector<model::ClockFact>& clocks, std::string_view clock) const {
  auto* fact = model::running_clock(clocks, clock);
  if (fact == nullptr) return true;
  fact->met_at = now;
  return !fact->due || now < fact->due;
}

Result<std::string> Context::next_number(std::string_view letter) {
  const std::string year = case_year(now);
  TRY(const auto number, tx.next_number(std::string(letter) + ":" + year));
  return fmt::format("{}-{}-{:06}", letter, year, number);
}

Status Context::receive(model::Notice& notice) {
  if (notice.receipt.at) return {};
  notice.receipt = actor.act(now);
  return save(notice, notice.threat, "notice.received", cite("8", "W17-21"),
              Json::object({{"digest", notice.digest}}));
}

Status Context::receive_notices(const model::Task& task) {
  for (const auto& id : task.notices) {
    TRY(auto notice, store::get<model::Notice>(tx, id));
    TRY_STATUS(receive(notice));
  }
  return {};
}

Result<model::Notice> Context::issue_notice(model::NoticeKind kind, const model::Threat& threat,
                                            const model::Task* task, const std::string& addressee,
                                            Json content, const model::Citation& basis,
                                            const std::string& appeal) {
  TRY(const auto to, organization(addressee));
  model::Notice notice;
  notice.id = services.ids.make("ntc");
  TRY(notice.number, next_number("N"));
  notice.kind = kind;
  notice.threat = threat.id;
  notice.task = task != nullptr ? task->id : "";
  notice.appeal = appeal;
  notice.issuer = actor.organization.id;
  notice.addressee = addressee;
  notice.issued_at = now;
  content.set("format", "tocsin-notice/1");
  content.set("id", notice.id);
  content.set("number", notice.number);
  content.set("kind", std::string(name(kind)));
  content.set("case", threat.number);
  if (task != nullptr) content.set("task_no", task->number);
  content.set("issuer", model::to_json(actor.organization.title));
  content.set("addressee", model::to_json(to.title));
  content.set("issued_at", to_string(now));
  content.set("basis", model::to_json(basis));
  content.set("basis_text", article_text(basis));
  notice.document = content.canonical();
  notice.digest = crypto::sha256_hex(notice.document);
  TRY(const auto signature, services.signer.sign(actor.organization.id, notice.document, now));
  notice.signature = signature.pem;
  notice.signer = signature.signer;
  TRY_STATUS(save(notice, threat.id, "notice.issued", basis,
                  Json::object({{"digest", notice.digest},
                                {"number", notice.number},
                                {"kind", std::string(name(kind))},
                                {"addressee", addressee},
                                {"signer", notice.signer}})));
  return notice;
}

}  // namespace tocsin::desk
