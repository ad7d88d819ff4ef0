// Import, export, import again: nothing changes and nothing is lost that the form can carry
// (W17-08). One test for every form that goes both ways; what a form cannot carry stands here and
// in docs/intake.md.
#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "intake/classification.h"
#include "intake/importer.h"
#include "intake/n6.h"
#include "intake/write/workbook.h"
#include "intake/write/writer.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::intake {
namespace {

namespace fs = std::filesystem;
using K = model::IndicatorKind;

/// Every kind; terms that differ from line to line, so that none is carried by chance.
constexpr std::string_view kKinds = R"(
{"kind":"ipv4","value":"192.0.2.1","confidence":80,"tlp":"clear","first_seen":"2026-01-02T03:04:05.123456Z","labels":["c2-server:zebra"]}
{"kind":"ipv6","value":"2001:db8::1","confidence":25,"tlp":"amber","first_seen":"2026-01-03T00:00:00Z"}
{"kind":"ipv4-prefix","value":"198.51.100.0/24","confidence":50,"tlp":"red","first_seen":"2026-01-04T00:00:00Z","last_seen":"2026-02-04T00:00:00Z"}
{"kind":"ipv6-prefix","value":"2001:db8:1::/48","confidence":99,"tlp":"amber+strict","first_seen":"2026-01-05T00:00:00Z"}
{"kind":"endpoint","value":"192.0.2.2:443","confidence":80,"tlp":"amber","first_seen":"2026-01-06T00:00:00Z","labels":["c2-server"]}
{"kind":"endpoint","value":"[2001:db8::2]:8443","confidence":50,"tlp":"green","first_seen":"2026-01-07T00:00:00Z"}
{"kind":"endpoint","value":"port.example:8080","confidence":50,"tlp":"amber","first_seen":"2026-01-08T00:00:00Z"}
{"kind":"domain","value":"xn--fiqs8s.example","confidence":80,"tlp":"clear","first_seen":"2026-01-09T00:00:00Z","valid_until":"2027-01-09T00:00:00.000001Z","labels":["own word, \"quoted\" <&> 词"]}
{"kind":"domain","value":"context.example","confidence":50,"tlp":"amber","first_seen":"2026-01-10T00:00:00Z","actionable":false}
{"kind":"domain","value":"phish.example","confidence":80,"tlp":"red","first_seen":"2026-01-10T00:00:01Z","labels":["phishing:bank"]}
{"kind":"url","value":"http://p.example/x?a=1&b=%27it%27s","confidence":80,"tlp":"clear","first_seen":"2026-01-11T00:00:00Z","labels":["phishing"],"last_seen":"2026-03-01T12:34:56.789Z"}
{"kind":"email","value":"user@mail.example","confidence":50,"tlp":"amber","first_seen":"2026-01-12T00:00:00Z"}
{"kind":"email","value":"lure@mail.example","confidence":50,"tlp":"amber","first_seen":"2026-01-12T00:00:01Z","labels":["phishing:bank"]}
{"kind":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","confidence":50,"tlp":"amber","first_seen":"2026-01-13T00:00:00Z","labels":["malware-distribution:x"],"actionable":false}
{"kind":"sha1","value":"da39a3ee5e6b4b0d3255bfef95601890afd80709","confidence":50,"tlp":"amber","first_seen":"2026-01-14T00:00:00Z"}
{"kind":"sha256","value":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","confidence":50,"tlp":"amber","first_seen":"2026-01-15T00:00:00Z","labels":["infected-system"],"actionable":false}
{"kind":"ipv4","value":"192.0.2.3","confidence":1,"first_seen":"2026-01-16T00:00:00Z"}
{"kind":"wildcard-domain","value":"*.below_1.example","confidence":50,"tlp":"amber","first_seen":"2026-01-17T00:00:00Z"}
{"kind":"host-path","value":"h.example/a+b(c)?d=$","confidence":50,"tlp":"amber","first_seen":"2026-01-18T00:00:00Z"}
{"kind":"phone","value":"+8613800138000","confidence":50,"tlp":"amber","first_seen":"2026-01-19T00:00:00Z"}
{"kind":"sms-port","value":"10690000000000001","confidence":50,"tlp":"amber","first_seen":"2026-01-20T00:00:00Z"}
{"kind":"broadband-account","value":"user01@adsl.example","confidence":50,"tlp":"amber","first_seen":"2026-01-21T00:00:00Z"}
{"kind":"sm3","value":"1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b","confidence":50,"tlp":"amber","first_seen":"2026-01-22T00:00:00Z"}
{"kind":"app","value":"com.bad.example","confidence":50,"tlp":"amber","first_seen":"2026-01-23T00:00:00Z"}
{"kind":"account","value":"chat:evil:01","confidence":50,"tlp":"amber","first_seen":"2026-01-24T00:00:00Z"}
{"kind":"pattern","value":"^evil[0-9]+\\.example$","confidence":50,"tlp":"amber","first_seen":"2026-01-25T00:00:00Z"}
)";
constexpr std::size_t kLines = 26;

struct Form {
  std::string name;
  Format format;
  std::set<std::string> left_out;  ///< values that the form has no word for
};
void PrintTo(const Form& form, std::ostream* out) { *out << form.name; }

const std::set<std::string> kOwnKinds = {
    "*.below_1.example",   "h.example/a+b(c)?d=$",
    "+8613800138000",      "10690000000000001",
    "user01@adsl.example", "com.bad.example",
    "chat:evil:01",        "^evil[0-9]+\\.example$",
    "port.example:8080",   "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"};

std::set<std::string> with(std::set<std::string> all, std::initializer_list<const char*> more) {
  all.insert(more.begin(), more.end());
  return all;
}

/// What of a sighting a form carries.
store::Sighting carried(const Form& form, store::Sighting s) {
  if (form.name != "n6") return s;
  // Three steps of confidence and of restriction; an entry without category has no restriction.
  s.confidence = *n6::confidence_named(n6::confidence_word(static_cast<int>(s.confidence)));
  Item item = item_of(store::Sighting(s));
  const Tlp tlp = *n6::restriction_named(n6::restriction_word(item.tlp));
  s.tlp = static_cast<model::Tlp>(static_cast<int>(tlp) - static_cast<int>(Tlp::kClear));
  return s;
}

std::string told(const store::Sighting& s) {
  return std::string(model::name(s.indicator.kind)) + " " + s.indicator.value + " confidence " +
         std::to_string(s.confidence) + " tlp " + (s.tlp ? std::string(name(*s.tlp)) : "-") + " " +
         to_string(s.first_seen) + " " + to_string(s.last_seen) + " until " +
         to_string(s.valid_until) + " [" + std::string(s.label()) + "]" +
         (s.context ? " context" : "");
}

class Hub {
 public:
  explicit Hub(const fs::path& file) {
    auto opened = store::open_sqlite(file, clock_);
    EXPECT_TRUE(opened);
    store_ = std::move(*opened);
  }

  model::Import import(Format format, std::string_view bytes) {
    ImportRequest request;
    request.source = "lab";
    request.format = format;
    request.by = {"usr_a", "org_a", {}, ""};
    auto run = Importer::start(*store_, clock_, ids_, request);
    EXPECT_TRUE(run);
    EXPECT_TRUE((*run)->feed(bytes));
    const auto record = (*run)->finish();
    EXPECT_TRUE(record) << record.error().message;
    for (const auto& refusal : record->refusals) {
      ADD_FAILURE() << refusal.code << " " << refusal.original << " " << refusal.reason.en;
    }
    return *record;
  }

  std::vector<store::Sighting> all() {
    return store_
        ->read([&](store::ReadTx& tx) -> Result<std::vector<store::Sighting>> {
          std::int64_t after = 0;
          return tx.sightings_of_source(1, after, 1000);
        })
        .value();
  }

 private:
  FakeClock clock_{parse_instant("2026-04-01T00:00:00Z").value()};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
};

class RoundTrip : public testing::TestWithParam<Form> {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("tocsin-round-" + GetParam().name + "-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string exported(const std::vector<store::Sighting>& rows, std::int64_t& left_out) const {
    std::vector<Item> items;
    for (const auto& row : rows) items.push_back(item_of(store::Sighting(row)));
    if (const auto form = out_form_named(GetParam().name)) {
      return out_document(*form, items, "lab", parse_instant("2026-05-01T00:00:00Z").value(),
                          left_out);
    }
    const std::string path = (folder_ / "out.xlsx").string();
    auto book = WorkbookWriter::open(path, "lab");
    EXPECT_TRUE(book);
    for (const Item& item : items) EXPECT_TRUE((*book)->add(item));
    EXPECT_TRUE((*book)->finish());
    return read_file(path).value();
  }

  fs::path folder_;
};

std::vector<std::string> told(const std::vector<store::Sighting>& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(told(row));
  return out;
}

TEST_P(RoundTrip, ImportExportImportChangesNothing) {
  const Form& form = GetParam();
  Hub first(folder_ / "first.db");
  EXPECT_EQ(first.import(Format::kNdjson, kKinds).imported, static_cast<std::int64_t>(kLines));
  const auto before = first.all();
  std::int64_t left_out = 0;
  const std::string bytes = exported(before, left_out);
  EXPECT_EQ(left_out, static_cast<std::int64_t>(form.left_out.size()));
  EXPECT_EQ(sniff(std::string_view(bytes).substr(0, 4096)), form.format) << "found without a name";

  // Into the same hub: every line is known, and no word of it changes what is known.
  const auto again = first.import(form.format, bytes);
  EXPECT_EQ(again.imported, 0);
  EXPECT_EQ(again.merged, static_cast<std::int64_t>(kLines - form.left_out.size()));
  if (form.name != "n6") {
    EXPECT_EQ(told(first.all()), told(before));
  }

  // Into an empty one: all that the form can carry arrives.
  Hub second(folder_ / "second.db");
  second.import(form.format, bytes);
  std::vector<std::string> expected;
  for (const auto& row : before) {
    if (!form.left_out.contains(row.indicator.value)) expected.push_back(told(carried(form, row)));
  }
  EXPECT_THAT(told(second.all()), testing::UnorderedElementsAreArray(expected));

  // And what leaves there is the same document.
  if (form.format == Format::kXlsx || form.name == "n6") return;
  std::int64_t nothing = 0;
  auto rows = second.all();
  std::vector<store::Sighting> kept;
  for (const auto& row : before) {
    if (!form.left_out.contains(row.indicator.value)) kept.push_back(row);
  }
  const auto by_value = [](const auto& a, const auto& b) { return a.indicator < b.indicator; };
  std::sort(rows.begin(), rows.end(), by_value);
  std::sort(kept.begin(), kept.end(), by_value);
  EXPECT_EQ(exported(rows, nothing), exported(kept, nothing));
  EXPECT_EQ(nothing, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RoundTrip,
    testing::Values(
        Form{"csv", Format::kCsv, {}}, Form{"ndjson", Format::kNdjson, {}},
        Form{"xlsx", Format::kXlsx, {}}, Form{"stix", Format::kStix, {}},
        Form{"misp", Format::kMisp, {}}, Form{"iodef", Format::kIodef, {}},
        Form{"gbt36643", Format::kGbt36643, {}}, Form{"intelmq", Format::kIntelmq, kOwnKinds},
        Form{"n6", Format::kN6,
             with(kOwnKinds, {"2001:db8::1", "198.51.100.0/24", "2001:db8:1::/48",
                              "[2001:db8::2]:8443", "user@mail.example", "lure@mail.example"})}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace tocsin::intake
