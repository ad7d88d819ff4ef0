// Relations of STIX documents reach the graph, whatever the order of the objects (A13-08, W17-08).
#include <fmt/format.h>

#include "desk/desk_fixture.h"
#include "exchange/collections.h"
#include "exchange/stix/importer.h"

namespace tocsin::exchange::stix {
namespace {

using desk::must;

std::string id_of(std::string_view type, int n) {
  return fmt::format("{}--00000000-0000-4000-8000-{:012}", type, n);
}

std::string indicator(int n, std::string_view domain) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-01-02T00:00:00.000Z",)"
      R"("modified":"2026-01-02T00:00:00.000Z","valid_from":"2026-01-02T00:00:00.000Z",)"
      R"("pattern_type":"stix","pattern":"[domain-name:value = '{}']"}})",
      id_of("indicator", n), domain);
}

std::string relationship(int n, const std::string& from, std::string_view type,
                         const std::string& to) {
  return fmt::format(
      R"({{"type":"relationship","spec_version":"2.1","id":"{}",)"
      R"("created":"2026-01-02T00:00:00.000Z","modified":"2026-01-02T00:00:00.000Z",)"
      R"("relationship_type":"{}","source_ref":"{}","target_ref":"{}"}})",
      id_of("relationship", n), type, from, to);
}

std::string address(int n, std::string_view value) {
  return fmt::format(R"({{"type":"ipv4-addr","spec_version":"2.1","id":"{}","value":"{}"}})",
                     id_of("ipv4-addr", n), value);
}

class StixRelations : public desk::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    const auto admin = as("ministry-a");
    collection_ = must(add_collection(*store_, clock_, {admin.user, admin.organization},
                                      {"members", {}, {}, model::Tlp::kAmber, false, {}}));
  }
  ImportResult bring(const std::string& objects) {
    ImportRequest request;
    request.collection = collection_;
    request.by = as("finder").act(clock_.now());
    request.source = "test";
    Importer importer(*store_, clock_, *ids_, std::move(request));
    EXPECT_TRUE(importer.feed("[" + objects + "]"));
    return must(importer.finish());
  }
  std::int64_t degree(std::string_view domain) {
    return must(store_->read([&](store::ReadTx& tx) -> Result<std::int64_t> {
      TRY(const auto node,
          tx.find_node({model::node_kind(model::IndicatorKind::kDomain), std::string(domain)}));
      return node ? node->degree : 0;
    }));
  }
  model::ExchangeCollection collection_;
};

TEST_F(StixRelations, TheOtherEndMayHaveComeBefore) {
  EXPECT_EQ(bring(indicator(1, "a.example") + "," + address(2, "192.0.2.1")).relations, 0);
  const auto link = relationship(3, id_of("indicator", 1), "resolves-to", id_of("ipv4-addr", 2));
  EXPECT_EQ(bring(link).relations, 1);
  EXPECT_EQ(degree("a.example"), 1);
  EXPECT_EQ(bring(link).relations, 0) << "importing again changes nothing";
}

TEST_F(StixRelations, ARevokedRelationshipTakesTheWordBack_W17_08) {
  const auto link = relationship(3, id_of("indicator", 1), "resolves-to", id_of("ipv4-addr", 2));
  bring(indicator(1, "a.example") + "," + address(2, "192.0.2.1") + "," + link);
  EXPECT_EQ(degree("a.example"), 1);
  auto revoked = link;
  revoked.insert(revoked.size() - 1, R"(,"revoked":true)");
  const std::string modified = R"("modified":"2026-01-02)";
  revoked.replace(revoked.find(modified), modified.size(), R"("modified":"2026-02-02)");
  bring(revoked);
  EXPECT_EQ(degree("a.example"), 0);
}

TEST_F(StixRelations, TheOtherEndMayComeBatchesLater) {
  std::string objects =
      relationship(1, id_of("indicator", 2), "resolves-to", id_of("ipv4-addr", 9001));
  for (int n = 2; n < 2'500; ++n) {
    objects += "," + indicator(n, fmt::format("n{}.example", n));
  }
  objects += "," + address(9001, "192.0.2.1");
  EXPECT_EQ(bring(objects).relations, 1);
  EXPECT_EQ(degree("n2.example"), 1);
}

}  // namespace
}  // namespace tocsin::exchange::stix
