#include "graph/state_by_hand.h"

#include "intake/importer.h"
#include "match/node.h"

namespace tocsin::graph {
namespace {

constexpr std::size_t kMostReason = 2000;

Status require_hand(const Hand& by) {
  using model::Role;
  const bool role =
      by.user.has(Role::kFinder) || by.user.has(Role::kIdentifier) || by.user.has(Role::kReviewer);
  // A citizen reports cases; what stands behind them is for the units to work out.
  if (role && by.organization.type != model::OrganizationType::kPublic) return {};
  return fail_bi(Code::kForbidden, "relations are stated by who finds, determines or reviews",
                 "只有监测发现、认定或审查人员可以登记关系", "actor", "W17-08");
}

Status require_reason(const std::string& reason) {
  if (!reason.empty() && reason.size() <= kMostReason) return {};
  return fail_bi(Code::kInvalid, "say why, in at most 2000 bytes: a lead is as good as its reason",
                 "请说明依据，不超过 2000 字节：线索须有据可查", "reason", "A13-08");
}

/// The unit's own source; nobody else's by that name is used.
Result<model::Source> own_source(store::WriteTx& tx, const Clock& clock, IdSource& ids,
                                 const Hand& by) {
  TRY(auto source,
      intake::source_named(tx, clock, ids, "hand:" + by.organization.code,
                           {by.user.id, by.organization.id, clock.now(), {}}, by.basis));
  if (source.organization == by.organization.id) return source;
  return fail_bi(Code::kConflict, "the source " + source.name + " belongs to another unit",
                 "来源 " + source.name + " 属于其他单位", "source", "W17-08");
}

Json journal_data(const store::Claim& claim, const std::string& reason) {
  return Json::object({{"from", claim.relation.from.key()},
                       {"kind", std::string(name(claim.relation.kind))},
                       {"to", claim.relation.to.key()},
                       {"confidence", claim.confidence},
                       {"reason", reason}});
}

Status enter(store::WriteTx& tx, const Hand& by, std::string_view action,
             const model::Source& source, Json data) {
  return Status(tx.append({by.user.id,
                           by.organization.id,
                           std::string(action),
                           source.id,
                           "",
                           by.basis,
                           {},
                           std::move(data)})
                    .map([](std::uint64_t) {}));
}

}  // namespace

Result<model::Relation> read_relation(std::string_view from, std::string_view kind,
                                      std::string_view to) {
  model::Relation out;
  auto first = match::read_node(from);
  if (!first) return tl::unexpected(first.error().at("from"));
  auto second = match::read_node(to);
  if (!second) return tl::unexpected(second.error().at("to"));
  if (!model::parse_enum(kind, out.kind)) {
    return fail_bi(Code::kInvalid, "no kind of relation is called '" + std::string(kind) + "'",
                   "没有名为“" + std::string(kind) + "”的关系类型", "kind");
  }
  out.from = std::move(*first);
  out.to = std::move(*second);
  TRY_STATUS(model::check(out));
  return out;
}

Result<store::Claim> relate(store::Store& store, const Clock& clock, IdSource& ids, const Hand& by,
                            const RelateRequest& request) {
  TRY_STATUS(require_hand(by));
  TRY_STATUS(require_reason(request.reason));
  store::Claim claim;
  TRY(claim.relation, read_relation(request.from, request.kind, request.to));
  if (request.confidence < 0 || request.confidence > 100) {
    return fail_bi(Code::kInvalid, "confidence is 0 to 100", "置信度为 0 至 100", "confidence");
  }
  const Instant now = clock.now();
  claim.first_seen = request.first_seen ? request.first_seen : now;
  claim.last_seen = request.last_seen ? request.last_seen : claim.first_seen;
  if (claim.last_seen < claim.first_seen || claim.last_seen > now) {
    return fail_bi(Code::kInvalid, "last_seen lies before first_seen, or in the future",
                   "last_seen 早于 first_seen 或晚于当前时间", "last_seen");
  }
  claim.confidence = request.confidence;
  claim.tlp = request.tlp;
  claim.origin = by.user.id;
  claim.note = request.reason;
  return store.write([&](store::WriteTx& tx) -> Result<store::Claim> {
    TRY(const auto source, own_source(tx, clock, ids, by));
    claim.source = source.number;
    // What the unit says now replaces what it said: its own word never mixes with an older level.
    TRY_STATUS(tx.withdraw_claim(claim.relation, source.number, now));
    TRY_STATUS(tx.add_claims({&claim, 1}));
    Json data = journal_data(claim, request.reason);
    data.set("tlp", std::string(name(request.tlp)));
    TRY_STATUS(enter(tx, by, "relation.stated", source, std::move(data)));
    return claim;
  });
}

Result<store::Claim> unrelate(store::Store& store, const Clock& clock, IdSource& ids,
                              const Hand& by, const UnrelateRequest& request) {
  TRY_STATUS(require_hand(by));
  TRY_STATUS(require_reason(request.reason));
  TRY(const auto relation, read_relation(request.from, request.kind, request.to));
  return store.write([&](store::WriteTx& tx) -> Result<store::Claim> {
    TRY(const auto source, own_source(tx, clock, ids, by));
    TRY(const bool stood, tx.withdraw_claim(relation, source.number, clock.now()));
    if (!stood) {
      return fail_bi(Code::kNotFound,
                     "your unit does not stand by such a relation; others' words are theirs",
                     "本单位没有登记该关系；其他单位的登记由其自行撤回", "from", "W17-08");
    }
    TRY(const auto claim, tx.find_claim(relation, source.number));
    TRY_STATUS(enter(tx, by, "relation.withdrawn", source, journal_data(*claim, request.reason)));
    return *claim;
  });
}

}  // namespace tocsin::graph
