#include "exchange/collections.h"

#include <algorithm>

#include "base/uuid.h"
#include "store/collections.h"

namespace tocsin::exchange {
namespace {

constexpr std::size_t kMostCollections = 10'000;

Status require_manager(const Principal& by) {
  if (may_manage(by)) return {};
  return fail_bi(Code::kForbidden, "collections are made by authorities and administrators",
                 "交换集合由主管部门或平台管理员设立", "actor", "W17-08");
}

Status check_alias(const std::string& alias) {
  const bool fits =
      !alias.empty() && alias.size() <= 64 && std::all_of(alias.begin(), alias.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (fits && !is_uuid(alias)) return {};
  return fail_bi(Code::kInvalid, "an alias is 1 to 64 lower-case letters, digits and dashes",
                 "别名由 1 至 64 个小写字母、数字或连字符组成", "alias");
}

Result<model::Organization> organization_of(store::ReadTx& tx, const std::string& code,
                                            const char* field) {
  TRY(const auto found, store::find_one<model::Organization>(tx, "code", code));
  if (found) return *found;
  return fail_bi(Code::kNotFound, "there is no organisation " + code, "没有单位 " + code, field);
}

Status journal(store::WriteTx& tx, const Principal& by, const char* action,
               const std::string& subject, Json data) {
  TRY_STATUS(tx.append({by.user.id,
                        by.organization.id,
                        action,
                        subject,
                        "",
                        by.basis_for("W17-08"),
                        {},
                        std::move(data)}));
  return {};
}

Status check_projection(const CollectionRequest& request) {
  if (!request.projection && !request.audience.empty()) {
    return fail_bi(Code::kInvalid, "only a projection has an audience", "仅投影集合可指定受众",
                   "audience");
  }
  if (request.projection && request.audience.empty() && request.ceiling == model::Tlp::kRed) {
    return fail_bi(Code::kRefused, "red is for one audience", "红色信息须指定单一受众", "ceiling",
                   "TLP-2.0");
  }
  return {};
}

}  // namespace

bool may_manage(const Principal& by) {
  return by.organization.is_authority() || by.user.has(model::Role::kAdmin);
}

Result<model::ExchangeCollection> find_collection(store::ReadTx& tx, std::string_view name) {
  TRY(const auto body, tx.get_document(store::Collection<model::ExchangeCollection>::table, name));
  if (body) return store::decode<model::ExchangeCollection>(*body);
  TRY(auto found, store::find_one<model::ExchangeCollection>(tx, "alias", name));
  if (found) return std::move(*found);
  return fail_bi(Code::kNotFound, "there is no collection " + std::string(name),
                 "没有集合 " + std::string(name), "collection");
}

Result<std::vector<model::ExchangeCollection>> visible_collections(store::ReadTx& tx,
                                                                   const Principal& by) {
  TRY(auto all, store::scan<model::ExchangeCollection>(tx, {}, kMostCollections));
  if (may_manage(by)) return all;
  std::erase_if(all, [&](const model::ExchangeCollection& c) {
    const auto grant = c.grant_of(by.organization.id);
    return !grant.read && !grant.write;
  });
  return all;
}

Result<model::ExchangeCollection> add_collection(store::Store& store, const Clock& clock,
                                                 const Principal& by,
                                                 const CollectionRequest& request) {
  TRY_STATUS(require_manager(by));
  TRY_STATUS(check_alias(request.alias));
  TRY_STATUS(check_projection(request));
  return store.write([&](store::WriteTx& tx) -> Result<model::ExchangeCollection> {
    TRY(const auto known, store::find_one<model::ExchangeCollection>(tx, "alias", request.alias));
    if (known) {
      return fail_bi(Code::kConflict, request.alias + " is taken", request.alias + " 已被使用",
                     "alias");
    }
    model::ExchangeCollection c;
    c.id = random_uuid();
    c.alias = request.alias;
    TRY(c.number, tx.next_number("exchange-collection"));
    c.title = request.title;
    if (c.title.en.empty()) c.title.en = c.title.zh.empty() ? c.alias : c.title.zh;
    if (c.title.zh.empty()) c.title.zh = c.title.en;
    c.description = request.description;
    c.ceiling = request.ceiling;
    c.projection = request.projection;
    c.created = {by.user.id, by.organization.id, clock.now(), {}};
    if (!request.audience.empty()) {
      TRY(const auto audience, organization_of(tx, request.audience, "audience"));
      c.audience = audience.id;
      c.grants.push_back({audience.id, true, false});
    }
    TRY_STATUS(store::put(tx, c));
    TRY_STATUS(journal(tx, by, "exchange.collection-added", c.id,
                       Json::object({{"alias", c.alias},
                                     {"ceiling", std::string(name(c.ceiling))},
                                     {"projection", c.projection},
                                     {"audience", c.audience}})));
    return c;
  });
}

Result<model::ExchangeCollection> set_grant(store::Store& store, const Principal& by,
                                            std::string_view collection,
                                            const GrantRequest& request) {
  TRY_STATUS(require_manager(by));
  return store.write([&](store::WriteTx& tx) -> Result<model::ExchangeCollection> {
    TRY(auto c, find_collection(tx, collection));
    TRY(const auto organization, organization_of(tx, request.organization, "organization"));
    if (c.projection && request.write) {
      return fail_bi(Code::kRefused, "the hub alone writes into a projection",
                     "投影集合仅由平台写入", "write", "W17-08");
    }
    if (!c.audience.empty() && organization.id != c.audience && request.read) {
      return fail_bi(Code::kRefused, "this collection is for its audience alone",
                     "该集合仅供其受众读取", "organization", "TLP-2.0");
    }
    const auto before = c.grant_of(organization.id);
    std::erase_if(c.grants, [&](const auto& g) { return g.organization == organization.id; });
    if (request.read || request.write) {
      c.grants.push_back({organization.id, request.read, request.write});
    }
    TRY_STATUS(store::put(tx, c));
    TRY_STATUS(journal(tx, by, "exchange.granted", c.id,
                       Json::object({{"organization", organization.id},
                                     {"read", request.read},
                                     {"write", request.write},
                                     {"read_before", before.read},
                                     {"write_before", before.write}})));
    return c;
  });
}

}  // namespace tocsin::exchange
