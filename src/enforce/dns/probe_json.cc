#include <fmt/format.h>

#include "enforce/dns/probe.h"

namespace tocsin::enforce::dns {
namespace {

Json record_json(const Rr& rr) {
  Json out = Json::object();
  out.set("name", rr.name.text());
  out.set("type", type_text(rr.type));
  out.set("ttl_s", rr.ttl);
  if (const auto address = address_of(rr)) {
    out.set("data", *address);
  } else if (const auto target = cname_of(rr)) {
    out.set("data", target->text());
  } else if (const auto soa = soa_of(rr)) {
    out.set("data", fmt::format("{} {} {}", soa->mname.text(), soa->rname.text(), soa->serial));
  } else {
    out.set("data_base64", base64(rr.rdata));
  }
  return out;
}

Json answer_json(const Message& answer) {
  Json out = Json::object();
  out.set("authoritative", answer.has(kFlagAa));
  const std::pair<const char*, const std::vector<Rr>*> sections[] = {
      {"answer", &answer.answers},
      {"authority", &answer.authority},
      {"additional", &answer.additional}};
  for (const auto& [key, section] : sections) {
    Json list = Json::array();
    for (const Rr& rr : *section) {
      if (rr.type != kTypeOpt) list.push(record_json(rr));
    }
    out.set(key, std::move(list));
  }
  return out;
}

Json query_json(const ProbeQuery& query) {
  const Exchange& exchange = query.exchange;
  Json out = Json::object();
  out.set("role", query.role);
  out.set("name", exchange.question.name.text());
  out.set("type", type_text(exchange.question.type));
  out.set("class", exchange.question.klass == kClassChaos ? "CH" : "IN");
  out.set("server", exchange.server.text());
  out.set("protocol", exchange.tcp ? "tcp" : "udp");
  out.set("tries", exchange.tries);
  out.set("asked_at", to_string(exchange.asked_at));
  out.set("took_us", exchange.took.count());
  out.set("kind", name(query.kind));
  if (const auto rcode = exchange.rcode()) out.set("rcode", rcode_text(*rcode));
  if (const auto ede = exchange.ede()) out.set("ede", *ede);
  if (const auto text = exchange.ede_text(); !text.empty()) out.set("ede_text", text);
  if (const auto nsid = exchange.nsid(); !nsid.empty()) out.set("nsid", nsid);
  if (!query.policy_zone.empty()) out.set("policy_zone", query.policy_zone);
  if (query.policy_serial) out.set("policy_serial", *query.policy_serial);
  if (!exchange.problem.empty()) out.set("problem", exchange.problem);
  if (exchange.answer) out.set("summary", answer_json(*exchange.answer));
  out.set("sent", base64(exchange.sent));
  out.set("received", base64(exchange.received));
  return out;
}

}  // namespace

Json to_json(const ProbeResult& result) {
  Json out = Json::object();
  out.set("verdict", name(result.verdict));
  out.set("as_expected", result.as_expected);
  out.set("reason", Json::object({{"zh", Json(result.reason.zh)}, {"en", Json(result.reason.en)}}));
  out.set("resolver_id", result.resolver_id);
  out.set("started_at", to_string(result.started_at));
  Json transcript = Json::array();
  for (const ProbeQuery& query : result.transcript) transcript.push(query_json(query));
  out.set("transcript", std::move(transcript));
  return out;
}

}  // namespace tocsin::enforce::dns
