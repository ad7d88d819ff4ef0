// A fresh store and short words for the tests of the graph.
#pragma once

#include "desk/desk_fixture.h"
#include "graph/walk.h"
#include "match/node.h"

namespace tocsin::graph {

using desk::must;

class GraphTest : public desk::DeskTest {
 protected:
  static model::Node node(std::string_view text) { return must(match::read_node(text)); }

  static store::Claim claim(std::string_view from, std::string_view kind, std::string_view to,
                            std::int64_t source = 1,
                            std::optional<model::Tlp> tlp = model::Tlp::kGreen) {
    store::Claim out;
    out.relation.from = node(from);
    EXPECT_TRUE(model::parse_enum(kind, out.relation.kind)) << kind;
    out.relation.to = node(to);
    EXPECT_TRUE(model::check(out.relation)) << from << " " << kind << " " << to;
    out.source = source;
    out.first_seen = desk::at("2026-01-02");
    out.last_seen = desk::at("2026-01-05");
    out.tlp = tlp;
    return out;
  }

  void add(const std::vector<store::Claim>& claims) {
    must(store_->write([&](store::WriteTx& tx) -> Result<store::ClaimCounts> {
      TRY_STATUS(tx.append({"system:test", "", "test.claims", "", "", {}, {}, {}}));
      return tx.add_claims(claims);
    }));
  }

  /// As somebody who may see everything.
  template <typename F>
  auto with_reader(F&& body, const std::vector<model::RelationKind>& kinds = {},
                   std::int64_t fan_out = 1000, const MaySee& may_see = {}) {
    return must(store_->read([&](store::ReadTx& tx) {
      const MaySee all = [](const store::Claim&) -> Result<bool> { return true; };
      Reader reader(tx, may_see ? may_see : all, kinds, fan_out);
      return body(reader);
    }));
  }
  Picture walked(std::string_view start, Limits limits = {},
                 const std::vector<model::RelationKind>& kinds = {}, const MaySee& may_see = {}) {
    return with_reader([&](Reader& r) { return walk(r, clock_, node(start), limits); }, kinds,
                       limits.fan_out, may_see);
  }
  Picture path(std::string_view from, std::string_view to, Limits limits = {}) {
    return with_reader(
        [&](Reader& r) { return find_path(r, clock_, node(from), node(to), limits); }, {},
        limits.fan_out);
  }

  static std::vector<std::string> values(const Picture& picture) {
    std::vector<std::string> out;
    for (const auto& place : picture.places) out.push_back(place.node.value);
    return out;
  }
};

}  // namespace tocsin::graph
