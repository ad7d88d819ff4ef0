#include "intake/write/workbook.h"

#include <xlsxwriter.h>

#include "intake/table_rows.h"
#include "intake/write/forms.h"

namespace tocsin::intake {
namespace {

constexpr lxw_row_t kMaxRows = 1'048'576;
constexpr std::size_t kMaxCell = 32'767;  // characters; bytes are never fewer

Status failed(lxw_error error) {
  if (error == LXW_NO_ERROR) return {};
  return fail_bi(Code::kInternal, std::string("cannot write the workbook: ") + lxw_strerror(error),
                 "无法写入工作簿");
}

/// At most so many bytes, not cut inside a UTF-8 sequence.
std::string cell_text(std::string text) {
  if (text.size() <= kMaxCell) return text;
  std::size_t end = kMaxCell;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

struct CloseWorkbook {
  void operator()(lxw_workbook* book) const { workbook_close(book); }
};

class XlsxFile final : public WorkbookWriter {
 public:
  explicit XlsxFile(lxw_workbook* book) : book_(book) {}

  Status begin(std::string_view sheet) {
    // A sheet's name has at most 31 characters and none of these.
    std::string name;
    for (const char c : sheet.substr(0, 31)) {
      name += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : '_';
    }
    const bool good = !name.empty() && is_utf8(name) &&
                      workbook_validate_sheet_name(book_.get(), name.c_str()) == LXW_NO_ERROR;
    sheet_ = workbook_add_worksheet(book_.get(), good ? name.c_str() : nullptr);
    if (sheet_ == nullptr) return failed(LXW_ERROR_MEMORY_MALLOC_FAILED);
    return write(own_columns());
  }

  Status add(const Item& item) override { return write(write::row_of(item)); }

  Status finish() override { return failed(workbook_close(book_.release())); }

 private:
  Status write(const std::vector<std::string>& cells) {
    if (row_ >= kMaxRows) {
      return fail_bi(Code::kTooLarge, "a sheet holds at most 1,048,575 indicators; use csv",
                     "一个工作表最多1048575条指标，请改用csv", "format");
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      TRY_STATUS(failed(worksheet_write_string(sheet_, row_, static_cast<lxw_col_t>(i),
                                               cell_text(cells[i]).c_str(), nullptr)));
    }
    ++row_;
    return {};
  }

  std::unique_ptr<lxw_workbook, CloseWorkbook> book_;
  lxw_worksheet* sheet_ = nullptr;
  lxw_row_t row_ = 0;
};

}  // namespace

Result<std::unique_ptr<WorkbookWriter>> WorkbookWriter::open(const std::string& path,
                                                             std::string_view sheet) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* const book = workbook_new_opt(path.c_str(), &options);
  if (book == nullptr) return tl::unexpected(failed(LXW_ERROR_CREATING_XLSX_FILE).error());
  auto out = std::make_unique<XlsxFile>(book);
  TRY_STATUS(out->begin(sheet));
  return out;
}

}  // namespace tocsin::intake
