// A sheet of an Office Open XML workbook (ECMA-376), row by row; its mapping is that of CSV.
#include <map>

#include "base/xml.h"
#include "intake/table_rows.h"
#include "intake/xlsx_cells.h"
#include "intake/zip_file.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxSharedBytes = 64U << 20;
constexpr std::size_t kMaxShared = 4'000'000;
constexpr std::size_t kMaxStyles = 100'000;
constexpr std::size_t kMaxSheets = 10'000;
constexpr std::size_t kMaxRowBytes = 1U << 20;

tl::unexpected<Error> bad(std::string en, std::string zh, std::string code = "bad-xlsx") {
  return fail_bi(Code::kCorrupt, std::move(en), std::move(zh), "", std::move(code));
}

/// Relationships of a part: id -> target, and where the workbook itself is.
class Relations final : public XmlSink {
 public:
  Status on_start(const XmlName& name, const XmlAttributes& a) override {
    if (name.local != "Relationship") return {};
    if (targets.size() >= kMaxSheets) return bad("Too many parts", "部件过多");
    targets[std::string(a["Id"])] = a["Target"];
    if (a["Type"].ends_with("/officeDocument")) workbook = a["Target"];
    return {};
  }
  Status on_end(const XmlName& /*name*/, std::string_view /*text*/) override { return {}; }

  std::map<std::string, std::string, std::less<>> targets;
  std::string workbook = "xl/workbook.xml";
};

class Workbook final : public XmlSink {
 public:
  Status on_start(const XmlName& name, const XmlAttributes& a) override {
    if (name.local == "workbookPr") from_1904 = a["date1904"] == "1" || a["date1904"] == "true";
    if (name.local != "sheet") return {};
    if (sheets.size() >= kMaxSheets) return bad("Too many sheets", "工作表过多");
    sheets.emplace_back(a["name"], a["id"]);
    return {};
  }
  Status on_end(const XmlName& /*name*/, std::string_view /*text*/) override { return {}; }

  std::vector<std::pair<std::string, std::string>> sheets;  ///< name, relationship
  bool from_1904 = false;
};

class SharedStrings final : public XmlSink {
 public:
  Status on_start(const XmlName& name, const XmlAttributes& /*a*/) override {
    if (name.local == "rPh") ++phonetic_;  // how it is read aloud, not what it says
    return {};
  }
  Status on_end(const XmlName& name, std::string_view text) override {
    if (name.local == "rPh") --phonetic_;
    if (name.local == "t" && phonetic_ == 0) one_ += text;
    if (name.local != "si") return {};
    bytes_ += one_.size();
    if (bytes_ > kMaxSharedBytes || all.size() >= kMaxShared) {
      return fail_bi(Code::kTooLarge, "The workbook holds too much text", "工作簿文本过多", "",
                     "document-too-large");
    }
    all.push_back(std::move(one_));
    one_.clear();
    return {};
  }

  std::vector<std::string> all;

 private:
  std::string one_;
  std::size_t bytes_ = 0;
  int phonetic_ = 0;
};

class Styles final : public XmlSink {
 public:
  Status on_start(const XmlName& name, const XmlAttributes& a) override {
    if (name.local == "cellXfs") inside_ = true;
    if (all.size() >= kMaxStyles || codes_.size() >= kMaxStyles)
      return bad("Too many styles", "样式过多");
    const int id = static_cast<int>(to_int(a["numFmtId"]).value_or(0));
    if (name.local == "numFmt") codes_[id] = xlsx::style_of_code(a["formatCode"]);
    if (name.local != "xf" || !inside_) return {};
    const auto own = codes_.find(id);
    all.push_back(own != codes_.end() ? own->second : xlsx::built_in_style(id));
    return {};
  }
  Status on_end(const XmlName& name, std::string_view /*text*/) override {
    if (name.local == "cellXfs") inside_ = false;
    return {};
  }

  std::vector<xlsx::CellStyle> all;

 private:
  std::map<int, xlsx::CellStyle> codes_;
  bool inside_ = false;
};

/// Cells become the fields of a row; `on_row` gets each row that is not empty.
class Sheet final : public XmlSink {
 public:
  using OnRow = std::function<Status(std::int64_t number, const std::vector<std::string>& fields,
                                     bool too_long)>;
  Sheet(const SharedStrings& strings, const Styles& styles, bool from_1904, OnRow on_row)
      : strings_(strings), styles_(styles), from_1904_(from_1904), on_row_(std::move(on_row)) {}

  Status on_start(const XmlName& name, const XmlAttributes& a) override {
    if (name.local == "row") {
      number_ = to_int(a["r"]).value_or(number_ + 1);
      fields_.clear();
      column_ = -1;
      bytes_ = 0;
    } else if (name.local == "c") {
      const std::string_view reference = a["r"];
      column_ = reference.empty() ? column_ + 1 : xlsx::column_of(reference);
      if (column_ < 0 || column_ >= 16384) return bad("A cell stands nowhere", "单元格位置无效");
      type_ = a["t"];
      const auto style = static_cast<std::size_t>(to_int(a["s"]).value_or(0));
      style_ = style < styles_.all.size() ? styles_.all[style] : xlsx::CellStyle{};
    } else if (name.local == "rPh") {
      ++phonetic_;
    }
    return {};
  }

  Status on_end(const XmlName& name, std::string_view text) override {
    if (name.local == "rPh") --phonetic_;
    if (name.local == "t" && phonetic_ == 0) set(text);  // inline text, in runs
    if (name.local == "v") return value(text);
    if (name.local != "row" || fields_.empty()) return {};
    return on_row_(number_, fields_, bytes_ > kMaxRowBytes);
  }

 private:
  void set(std::string_view text) {
    bytes_ += text.size();
    if (bytes_ > kMaxRowBytes) return;
    const auto at = static_cast<std::size_t>(std::max(column_, 0));
    if (fields_.size() <= at) fields_.resize(at + 1);
    fields_[at] += text;
  }

  Status value(std::string_view text) {
    if (type_ == "s") {
      const auto index = to_int(trim(text));
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= strings_.all.size()) {
        return bad("Row " + std::to_string(number_) + " names a text that is not there",
                   "第" + std::to_string(number_) + "行引用了不存在的文本");
      }
      set(strings_.all[static_cast<std::size_t>(*index)]);
    } else if (type_ == "b") {
      set(trim(text) == "1" ? "TRUE" : "FALSE");
    } else if (type_.empty() || type_ == "n") {
      set(xlsx::shown(trim(text), style_, from_1904_));
    } else {
      set(text);  // the text of a formula, a date of its own kind, an error
    }
    return {};
  }

  const SharedStrings& strings_;
  const Styles& styles_;
  const bool from_1904_;
  OnRow on_row_;
  std::int64_t number_ = 0;
  int column_ = -1;
  std::string type_;
  xlsx::CellStyle style_;
  std::vector<std::string> fields_;
  std::size_t bytes_ = 0;
  int phonetic_ = 0;
};

Status read_part(ZipFile& zip, const std::string& name, XmlSink& sink) {
  XmlParser parser(sink);
  const Status done = zip.read(name, [&](std::string_view piece) { return parser.feed(piece); });
  const Status ended = done ? parser.finish() : done;
  if (!ended) return tl::unexpected(ended.error().at(name));
  return {};
}

/// A target as a name in the archive: it may be relative to the part's folder.
std::string part_name(std::string_view folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  return std::string(folder) + std::string(target);
}

class XlsxReader final : public DocumentReader {
 public:
  using DocumentReader::DocumentReader;

 private:
  Status on_document(const std::string& text) override;
  Result<std::string> sheet_part(const Workbook& book, const Relations& parts,
                                 std::string_view folder) const;
  Status on_row(std::int64_t number, const std::vector<std::string>& fields, bool too_long);

  std::optional<TableColumns> columns_;
};

Result<std::string> XlsxReader::sheet_part(const Workbook& book, const Relations& parts,
                                           std::string_view folder) const {
  std::string names;
  for (const auto& [name, relation] : book.sheets) {
    if (options_.csv.sheet.empty() || options_.csv.sheet == name) {
      const auto target = parts.targets.find(relation);
      if (target == parts.targets.end()) break;
      return part_name(folder, target->second);
    }
    names += (names.empty() ? "" : ", ") + name;
  }
  return fail_bi(Code::kInvalid,
                 "There is no sheet '" + options_.csv.sheet + "'; the sheets are: " + names,
                 "没有工作表“" + options_.csv.sheet + "”；现有：" + names, "csv", "no-sheet");
}

Status XlsxReader::on_row(std::int64_t number, const std::vector<std::string>& fields,
                          bool too_long) {
  if (too_long) {
    refuse(number, fields.front(), "line-too-long", "The row is longer than the limit",
           "该行超过长度上限");
    return {};
  }
  const std::string& prefix = options_.csv.comment_prefix;
  if (!prefix.empty() && fields.front().starts_with(prefix)) {
    comment();
    return {};
  }
  if (!columns_) {
    const bool header = options_.csv.header;
    if (header) comment();
    TRY(columns_, TableColumns::find(options_.csv, header ? fields : std::vector<std::string>()));
    if (header) return {};
  }
  Item item = blank(number);
  auto value = columns_->read(options_.csv, fields, item);
  if (value) {
    emit(value->text, value->kind, std::move(item));
  } else {
    refuse(number, join(fields, ","), value.error());
  }
  return {};
}

Status XlsxReader::on_document(const std::string& text) {
  TRY(ZipFile zip, ZipFile::open(text));
  Relations root;
  if (zip.has("_rels/.rels")) TRY_STATUS(read_part(zip, "_rels/.rels", root));
  const std::string book_name = part_name("", root.workbook);
  const auto slash = book_name.rfind('/') + 1;  // npos + 1 is 0: no folder
  const std::string folder = book_name.substr(0, slash);
  Workbook book;
  TRY_STATUS(read_part(zip, book_name, book));
  Relations parts;
  TRY_STATUS(read_part(zip, folder + "_rels/" + book_name.substr(slash) + ".rels", parts));
  SharedStrings strings;
  Styles styles;
  for (const auto& [file, sink] :
       {std::pair<const char*, XmlSink*>{"sharedStrings.xml", &strings}, {"styles.xml", &styles}}) {
    if (zip.has(folder + file)) TRY_STATUS(read_part(zip, folder + file, *sink));
  }
  TRY(const std::string part, sheet_part(book, parts, folder));
  Sheet sheet(strings, styles, book.from_1904,
              [&](std::int64_t number, const std::vector<std::string>& fields, bool too_long) {
                return on_row(number, fields, too_long);
              });
  return read_part(zip, part, sheet);
}

}  // namespace

std::unique_ptr<Reader> make_xlsx(Options options, Sink& sink) {
  return std::make_unique<XlsxReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
