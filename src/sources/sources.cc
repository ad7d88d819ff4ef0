#include "sources/sources.h"

#include "base/text.h"
#include "intake/expiry.h"
#include "intake/mapping.h"
#include "sources/runner.h"
#include "store/collections.h"

namespace tocsin::sources {
namespace {

using model::Source;
using model::SourceKind;

constexpr std::int64_t kShortestPause = 1;             // minutes
constexpr std::int64_t kLongestPause = 366 * 24 * 60;  // minutes
constexpr std::int64_t kLongestWord = 20 * 366 * 24;   // hours
constexpr std::size_t kWithdrawnAtOnce = 5'000;

Status require_admin(const Hand& by) {
  if (by.user.has(model::Role::kAdmin)) return {};
  return fail_bi(Code::kForbidden, "only an administrator tells the hub what to fetch",
                 "只有管理员可以设定枢纽读取的来源", "actor", "W17-10");
}

Result<Source> source_named(store::ReadTx& tx, std::string_view name) {
  TRY(auto found, store::find_one<Source>(tx, "name", name));
  if (found) return std::move(*found);
  return fail_bi(Code::kNotFound, "there is no source " + std::string(name),
                 "没有来源 " + std::string(name), "name");
}

Status keep(store::WriteTx& tx, const Hand& by, const Source& source, std::string_view action,
            Json data) {
  TRY_STATUS(store::put(tx, source));
  TRY(const auto entry, tx.append({by.user.id,
                                   by.organization.id,
                                   std::string(action),
                                   source.id,
                                   "",
                                   by.basis,
                                   {},
                                   std::move(data)}));
  static_cast<void>(entry);
  return {};
}

tl::unexpected<Error> wrong(std::string field, std::string en, std::string zh) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), "terms." + std::move(field));
}

Status check_place(const model::SourceTerms& terms) {
  const bool fetched = terms.kind != SourceKind::kPush;
  if (fetched == terms.location.empty()) {
    return wrong("location", fetched ? "say where the source lies" : "what is sent has no location",
                 fetched ? "请填写来源位置" : "推送的来源没有位置");
  }
  const bool is_url =
      terms.location.starts_with("http://") || terms.location.starts_with("https://");
  const bool needs_url = terms.kind == SourceKind::kUrl || terms.kind == SourceKind::kTaxii;
  if (needs_url && !is_url) {
    return wrong("location", "an http or https address is needed", "须为 http 或 https 地址");
  }
  TRY_STATUS(check_access(terms.access));
  if (!needs_url && !(is_url && terms.kind == SourceKind::kMispFeed)) {
    if (terms.access.kind == model::AccessKind::kNone) return {};
    return wrong("access", "only what is fetched by URL is shown a credential",
                 "仅以网址读取的来源需要凭据");
  }
  if (!http::origin_of(terms.location)) {
    return wrong("location", "an http or https address without user name is needed",
                 "须为不含用户名的 http 或 https 地址");
  }
  if (terms.kind == SourceKind::kTaxii) TRY_STATUS(check_collection(terms.location));
  TRY_STATUS(check_public(terms));
  return check_confidential(terms);
}

Status check_numbers(const model::SourceTerms& terms) {
  if (terms.confidence < 0 || terms.confidence > 100) {
    return wrong("confidence", "confidence is 0 to 100", "置信度为 0 至 100");
  }
  const bool scheduled = terms.every_minutes != 0;
  if (scheduled && (terms.kind == SourceKind::kPush || terms.every_minutes < kShortestPause ||
                    terms.every_minutes > kLongestPause)) {
    return wrong("every_minutes", "a fetched source runs every minute at most, every year at least",
                 "读取的来源最短每分钟、最长每年运行一次");
  }
  if (terms.valid_hours < 0 || terms.valid_hours > kLongestWord) {
    return wrong("valid_hours", "0 (without end) to twenty years", "0（不限）至二十年");
  }
  if (terms.stale_hours < 0 || terms.stale_hours > kLongestWord) {
    return wrong("stale_hours", "0 (the hub's setting) to twenty years", "0（枢纽设置）至二十年");
  }
  intake::Expiry expiry;
  return intake::read_expiry(terms.expiry, expiry);
}

/// A sealed secret goes to another place only by somebody who knows it.
Status secret_again() {
  return fail_bi(Code::kInvalid, "give the credential with a new location",
                 "位置改变时须重新提供凭据", "credential", "W17-08");
}

}  // namespace

Status check_terms(const model::SourceTerms& terms) {
  TRY_STATUS(check_place(terms));
  if (!terms.format.empty() && !intake::format_named(terms.format)) {
    return wrong("format", "unknown format '" + terms.format + "'",
                 "未知格式“" + terms.format + "”");
  }
  if (!terms.indicator_kind.empty() && !model::indicator_kind(terms.indicator_kind)) {
    return wrong("indicator_kind", "unknown kind of indicator", "未知的指标类型");
  }
  if (terms.complete && comes_in_parts(terms.kind) && terms.kind != SourceKind::kMispFeed) {
    return wrong("complete", "what comes in parts is never the whole list",
                 "分批到达的内容不能视为完整名单");
  }
  TRY_STATUS(check_numbers(terms));
  intake::CsvMapping mapping;
  return intake::read_mapping(terms.csv, mapping);
}

Result<Source> Sources::define(const Hand& by, const SourceRequest& request) {
  TRY_STATUS(require_admin(by));
  model::SourceTerms terms = request.terms;
  if (!request.credential.empty()) {
    if (terms.access.kind == model::AccessKind::kNone ||
        terms.access.kind == model::AccessKind::kCertificate) {
      return wrong("access.kind", "say how the secret is shown: bearer, basic or header",
                   "请说明密钥的使用方式：bearer、basic 或 header");
    }
    terms.access.secret = "sealed";
  }
  TRY_STATUS(check_terms(terms));
  if (request.name.empty() || request.name.size() > 100) {
    return fail_bi(Code::kInvalid, "a source needs a name of at most 100 characters",
                   "来源名称不能为空且不超过 100 个字符", "name");
  }
  return store_.write([&](store::WriteTx& tx) -> Result<Source> {
    TRY(auto known, store::find_one<Source>(tx, "name", request.name));
    Source source;
    Json data = Json::object({{"name", request.name}, {"terms", model::to_json(terms)}});
    if (known) {
      source = std::move(*known);
      data.set("before", model::to_json(source.terms));
    } else {
      source.id = ids_.make("src");
      source.name = request.name;
      source.organization = by.organization.id;
      TRY(source.number, tx.next_number("source"));
      source.created = clock_.now();
    }
    const bool moved = source.terms.location != terms.location;
    // Another place, another content: what was remembered of the old one would hide the new.
    if (moved || source.terms.kind != terms.kind) {
      source.etag = source.last_modified = source.last_format = "";
    }
    source.terms = std::move(terms);
    // Before the document says so: a crash in between leaves a secret that nobody uses.
    if (!request.credential.empty()) {
      TRY_STATUS(vault_.seal(source.id, request.credential));
    } else if (source.terms.access.secret == "sealed") {
      TRY_STATUS(known && !moved ? vault_.credential(source).map([](const Credential&) {})
                                 : secret_again());
    }
    if (source.terms.access.secret != "sealed") vault_.forget(source.id);
    source.next_run = first_run(source.terms);
    TRY_STATUS(keep(tx, by, source, known ? "source.changed" : "source.added", std::move(data)));
    return source;
  });
}

Instant Sources::first_run(const model::SourceTerms& terms) const {
  const Instant now = clock_.now();
  if (terms.kind == SourceKind::kPush) {  // looked at again when nothing came for too long
    return now.plus(terms.stale_hours > 0 ? std::chrono::hours(terms.stale_hours) : stale_after_);
  }
  return terms.every_minutes > 0 ? now : Instant{};
}

Result<Source> Sources::run_now(const Hand& by, std::string_view name) {
  TRY_STATUS(require_admin(by));
  return store_.write([&](store::WriteTx& tx) -> Result<Source> {
    TRY(auto source, source_named(tx, name));
    if (source.terms.kind == SourceKind::kPush) {
      return fail_bi(Code::kRefused, "this source is sent to the hub: use source push",
                     "该来源由外部推送：请使用 source push", "name", "W17-08");
    }
    source.next_run = clock_.now();
    source.paused = false;
    source.last_format.clear();
    TRY_STATUS(keep(tx, by, source, "source.called", {}));
    return source;
  });
}

Result<Source> Sources::pause(const Hand& by, std::string_view name, bool paused) {
  TRY_STATUS(require_admin(by));
  return store_.write([&](store::WriteTx& tx) -> Result<Source> {
    TRY(auto source, source_named(tx, name));
    if (source.paused == paused) return source;
    source.paused = paused;
    TRY_STATUS(keep(tx, by, source, paused ? "source.paused" : "source.resumed", {}));
    return source;
  });
}

Result<Source> Sources::retire(const Hand& by, std::string_view name) {
  TRY_STATUS(require_admin(by));
  // Stop it first: a run that begins meanwhile would sight again.
  TRY(auto source, store_.write([&](store::WriteTx& tx) -> Result<Source> {
    TRY(auto found, source_named(tx, name));
    found.paused = true;
    found.next_run = {};
    found.retired = clock_.now();
    found.etag = found.last_modified = "";
    TRY_STATUS(keep(tx, by, found, "source.retired", {}));
    return found;
  }));
  vault_.forget(source.id);
  constexpr std::int64_t kNoRun = -1;
  std::int64_t after = 0;
  for (bool more = true; more;) {
    TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
      TRY(const auto step,
          tx.withdraw_sightings(source.number, kNoRun, clock_.now(), after, kWithdrawnAtOnce));
      TRY(const auto claims,
          tx.withdraw_claims(source.number, kNoRun, clock_.now(), kWithdrawnAtOnce));
      more = step.looked_at > 0 || claims > 0;
      if (step.withdrawn == 0 && claims == 0) return {};
      TRY(const auto entry, tx.append({by.user.id,
                                       by.organization.id,
                                       "sightings.withdrawn",
                                       source.id,
                                       "",
                                       by.basis,
                                       {},
                                       Json::object({{"withdrawn", step.withdrawn},
                                                     {"relations_withdrawn", claims}})}));
      static_cast<void>(entry);
      return {};
    }));
  }
  return source;
}

}  // namespace tocsin::sources
