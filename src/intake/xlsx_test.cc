// Workbooks: what cells show, and archives that are none. Peers' workbooks are read in
// tests/e2e/test_workbooks.py.
#include <gmock/gmock.h>

#include "base/file.h"
#include "intake/decode.h"
#include "intake/test_reading.h"
#include "intake/xlsx_cells.h"
#include "intake/zip_file.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;
using xlsx::shown;

xlsx::CellStyle code(std::string_view text) { return xlsx::style_of_code(text); }

TEST(XlsxCells, NumbersAndDatesAsPeopleSeeThem) {
  EXPECT_EQ(shown("13800138000", {}, false), "13800138000");
  EXPECT_EQ(shown("1.3800138E10", {}, false), "13800138000");
  EXPECT_EQ(shown("0.30000000000000004", {}, false), "0.3");
  EXPECT_EQ(shown("0.8", code("0%"), false), "80%");
  EXPECT_EQ(shown("46000", code("yyyy\\-mm\\-dd"), false), "2025-12-09");
  EXPECT_EQ(shown("46000.5", xlsx::built_in_style(22), false), "2025-12-09 12:00:00");
  EXPECT_EQ(shown("44538", xlsx::built_in_style(14), true), "2025-12-09") << "days since 1904";
  EXPECT_EQ(shown("0.75", xlsx::built_in_style(21), false), "18:00:00");
  EXPECT_EQ(shown("46000", code("yyyy\"年\"m\"月\"d\"日\""), false), "2025-12-09");
  EXPECT_EQ(shown("7", code("[Red]0000"), false), "0007");
  EXPECT_EQ(shown("1", code("\"day\"0"), false), "1") << "words that are written out are no format";
  EXPECT_EQ(shown("a.example", code("yyyy"), false), "a.example");
  EXPECT_EQ(shown("nan", {}, false), "nan");
  EXPECT_EQ(shown("99999999999", xlsx::built_in_style(14), false), "99999999999");
  EXPECT_EQ(xlsx::column_of("A1"), 0);
  EXPECT_EQ(xlsx::column_of("AB12"), 27);
  EXPECT_EQ(xlsx::column_of("XFE1"), -1);
  EXPECT_EQ(xlsx::column_of("7"), -1);
}

/// A workbook of our own making.
std::string seed(const std::string& name) {
  const auto bytes = read_file(std::string(TOCSIN_SOURCE_DIR) + "/fuzz/corpus/documents/" + name);
  EXPECT_TRUE(bytes);
  return bytes->substr(1);
}

TEST(Xlsx, SharedAndInlineTextInTheirRows) {
  const auto run = read(Format::kXlsx, seed("xlsx"));
  ASSERT_TRUE(run.status) << run.status.error().message;
  EXPECT_THAT(run.values(), ElementsAre("domain a.example", "domain b.example"));
  EXPECT_EQ(run.out.items[1].line, 4);
  Options options;
  options.csv.value = "value";
  options.csv.first_seen = "#2";
  EXPECT_EQ(to_utc(read(Format::kXlsx, seed("xlsx"), options).out.items.at(0).first_seen),
            "2025-12-09T12:00:00.000Z");
  options.csv.sheet = "B";
  EXPECT_EQ(read(Format::kXlsx, seed("xlsx"), options).status.error().rule, "no-sheet");
  options.csv.sheet = "A";
  options.csv.label = "nowhere";
  EXPECT_EQ(read(Format::kXlsx, seed("xlsx"), options).status.error().rule, "no-column");
}

TEST(Xlsx, WhatIsBrokenIsRefusedWithItsPlace) {
  const auto lost = read(Format::kXlsx, seed("xlsx-no-text"));
  EXPECT_EQ(lost.status.error().rule, "bad-xlsx");
  EXPECT_THAT(lost.status.error().message, testing::HasSubstr("Row 2"));
  for (const std::string& bad :
       {seed("xlsx-cut"), std::string("PK\x03\x04"), std::string("text")}) {
    const auto run = read(Format::kXlsx, bad);
    EXPECT_EQ(run.status.error().rule, "bad-zip");
    EXPECT_EQ(run.out.refusals.size(), 1U);
  }
}

TEST(Xlsx, ABombIsRefusedBeforeItUnpacks) {
  const std::string bytes = seed("xlsx");
  auto zip = ZipFile::open(bytes, {.max_output_bytes = 100});
  ASSERT_TRUE(zip);
  std::size_t given = 0;
  const auto status = zip->read("xl/worksheets/sheet1.xml", [&](std::string_view piece) -> Status {
    given += piece.size();
    return {};
  });
  EXPECT_EQ(status.error().rule, "expansion-limit");
  EXPECT_EQ(given, 0U);
  EXPECT_EQ(zip->read("../../etc/hostname", {}).error().rule, "bad-zip");
}

TEST(Xlsx, TheDecoderLeavesAnArchiveAsItIs) {
  const std::string bytes = seed("xlsx");
  Collected out;
  const auto reader = make_reader(Format::kXlsx, {}, out);
  Decoder decoder(*reader);
  for (const char c : bytes) ASSERT_TRUE(decoder.feed({&c, 1}));
  ASSERT_TRUE(decoder.finish());
  EXPECT_EQ(decoder.charset(), "binary");
  EXPECT_EQ(out.items.size(), 2U);
}

}  // namespace
}  // namespace tocsin::intake
