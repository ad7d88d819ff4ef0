#include "model/relation.h"

#include <algorithm>

namespace tocsin::model {
namespace {

using I = IndicatorKind;
using E = EntityKind;
using R = RelationKind;
using Kinds = std::vector<NodeKind>;

constexpr int kEntityKinds = static_cast<int>(E::kCertificate) + 1;

template <typename K>
Kinds kinds(std::initializer_list<K> list) {
  Kinds out;
  for (const K k : list) out.push_back(node_kind(k));
  return out;
}

Kinds operator+(Kinds a, const Kinds& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Kinds all() {
  Kinds out;
  for (int i = 0; i < kIndicatorKinds; ++i) out.push_back(node_kind(static_cast<I>(i)));
  for (int i = 0; i < kEntityKinds; ++i) out.push_back(node_kind(static_cast<E>(i)));
  return out;
}

std::vector<RelationRule> make_rules() {
  const Kinds address = kinds({I::kIpv4, I::kIpv6});
  const Kinds prefix = kinds({I::kIpv4Prefix, I::kIpv6Prefix});
  const Kinds name = kinds({I::kDomain, I::kWildcardDomain});
  const Kinds service = kinds({I::kEndpoint});
  const Kinds page = kinds({I::kUrl, I::kHostPath});
  const Kinds file = kinds({I::kMd5, I::kSha1, I::kSha256, I::kSm3});
  const Kinds program = file + kinds({I::kApp}) + kinds({E::kMalwareFamily});
  const Kinds contact = kinds({I::kEmail, I::kPhone, I::kSmsPort});
  const Kinds account = kinds({I::kAccount, I::kBroadbandAccount});
  const Kinds party = kinds({E::kPerson, E::kGroup, E::kCompany});
  const Kinds payment = kinds({E::kPaymentAccount});
  const Kinds campaign = kinds({E::kCampaign});
  const Kinds family = kinds({E::kMalwareFamily});
  const Kinds certificate = kinds({E::kCertificate});
  const Kinds company = kinds({E::kCompany});
  const Kinds network = address + prefix + name + service + page;
  const Kinds actor = party + account + contact;
  return {
      {R::kResolvesTo,
       {"解析到", "resolves to"},
       {"被解析自", "is what resolves from"},
       name,
       address + name},
      {R::kHostedOn,
       {"托管于", "is hosted on"},
       {"托管着", "hosts"},
       name + page + service + address + kinds({I::kApp}),
       address + prefix + service + company},
      {R::kDownloads,
       {"下载", "downloads"},
       {"下载自", "is downloaded by"},
       network + program,
       file + page + kinds({I::kApp})},
      {R::kCommunicatesWith,
       {"通信对象为", "communicates with"},
       {"与其通信的有", "is contacted by"},
       program + address + service,
       network + contact},
      {R::kRedirectsTo,
       {"跳转到", "redirects to"},
       {"跳转自", "is redirected from"},
       name + page,
       network},
      {R::kSameFile,
       {"同一文件", "is the same file as"},
       {"同一文件", "is the same file as"},
       file,
       file},
      {R::kSends,
       {"发送", "sends"},
       {"发送自", "is sent by"},
       contact + account,
       network + file + contact + kinds({I::kApp})},
      {R::kInCampaign,
       {"属于活动", "is part of campaign"},
       {"活动包含", "includes"},
       all(),
       campaign},
      {R::kOfFamily,
       {"属于家族", "is of family"},
       {"家族包含", "includes"},
       network + file + contact + kinds({I::kApp, I::kPattern, I::kLiteral}) + family + campaign,
       family},
      {R::kHasCertificate,
       {"使用证书", "has certificate"},
       {"证书用于", "is certificate of"},
       network + file + kinds({I::kApp}),
       certificate},
      {R::kRegisteredBy,
       {"注册人为", "is registered by"},
       {"注册了", "registered"},
       network + account + contact + payment + kinds({I::kApp}),
       actor},
      {R::kRegisteredThrough,
       {"注册机构为", "is registered through"},
       {"经其注册的有", "is registrar of"},
       network + account + contact + kinds({I::kApp}),
       company},
      {R::kRelatedTo, {"关联", "is related to"}, {"关联", "is related to"}, all(), all()},
      {R::kMakes, {"制作", "makes"}, {"制作者为", "is made by"}, actor, program + page, true},
      {R::kSells, {"出售", "sells"}, {"出售者为", "is sold by"}, actor + network, all(), true},
      {R::kDistributes,
       {"传播", "distributes"},
       {"传播者为", "is distributed by"},
       actor + network,
       network + program,
       true},
      {R::kAdvertises,
       {"推广", "advertises"},
       {"推广者为", "is advertised by"},
       actor + network + kinds({I::kApp}),
       all(),
       true},
      {R::kPays,
       {"付款给", "pays"},
       {"收款自", "is paid by"},
       actor + payment,
       actor + payment,
       true},
      {R::kProfitsFrom,
       {"获利于", "profits from"},
       {"获利者为", "is to the profit of"},
       actor + payment,
       all(),
       true},
      {R::kControls,
       {"控制", "controls"},
       {"控制者为", "is controlled by"},
       actor,
       network + account + contact + payment + company + program,
       true},
      {R::kMemberOf,
       {"隶属于", "is member of"},
       {"成员有", "has member"},
       actor,
       kinds({E::kGroup, E::kCompany}),
       true},
      {R::kAttributedTo,
       {"归因于", "is attributed to"},
       {"被归因的有", "is behind"},
       network + program + campaign + contact + account,
       actor,
       true},
      {R::kAtHost,
       {"位于主机", "is at host"},
       {"主机上有", "is host of"},
       page + service + kinds({I::kEmail}),
       address + name},
  };
}

std::string listed(const Kinds& kinds, bool zh) {
  std::string out;
  for (const NodeKind k : kinds) {
    if (!out.empty()) out += zh ? "、" : ", ";
    out += name(k);
  }
  return out;
}

Status not_an_end(const Relation& r, const Node& end, const Kinds& allowed, const char* field) {
  const std::string kind(name(r.kind));
  return fail_bi(Code::kInvalid,
                 "'" + kind + "' does not allow " + std::string(name(end.kind)) +
                     " at this end; it takes " + listed(allowed, false),
                 "关系“" + kind + "”的这一端不能是 " + std::string(name(end.kind)) + "；可以是 " +
                     listed(allowed, true),
                 field);
}

}  // namespace

std::string_view name(NodeKind kind) {
  const auto number = static_cast<std::int64_t>(kind);
  if (number >= kFirstEntity) return name(static_cast<E>(number - kFirstEntity));
  return name(static_cast<I>(number));
}

std::optional<NodeKind> node_kind_named(std::string_view text) {
  if (const auto indicator = indicator_kind(text)) return node_kind(*indicator);
  E entity{};
  if (parse_enum(text, entity)) return node_kind(entity);
  return std::nullopt;
}

std::optional<Indicator> Node::indicator() const {
  const auto number = static_cast<std::int64_t>(kind);
  if (number >= kFirstEntity) return std::nullopt;
  return Indicator{static_cast<I>(number), value};
}

const std::vector<RelationRule>& relation_rules() {
  static const std::vector<RelationRule> rules = make_rules();
  return rules;
}

const RelationRule& rule_of(RelationKind kind) {
  return relation_rules().at(static_cast<std::size_t>(kind));
}

Status check(const Relation& r) {
  if (r.kind == R::kAtHost) {
    return fail_bi(Code::kInvalid, "'at-host' is read off the value itself and is not stored",
                   "“at-host”由值本身得出，不需登记", "kind");
  }
  if (r.from == r.to) {
    return fail_bi(Code::kInvalid, "nothing stands in relation to itself", "不能与自身建立关系",
                   "to");
  }
  const RelationRule& rule = rule_of(r.kind);
  const auto allows = [](const Kinds& kinds, NodeKind k) {
    return std::find(kinds.begin(), kinds.end(), k) != kinds.end();
  };
  if (!allows(rule.from, r.from.kind)) return not_an_end(r, r.from, rule.from, "from");
  if (!allows(rule.to, r.to.kind)) return not_an_end(r, r.to, rule.to, "to");
  return {};
}

}  // namespace tocsin::model
