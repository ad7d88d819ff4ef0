// The report as a workbook.
#include <memory>
#include <xlsxwriter.h>

#include "model/labels.h"
#include "search/facts.h"
#include "situation/report.h"

namespace tocsin::situation {
namespace {

struct CloseWorkbook {
  void operator()(lxw_workbook* book) const { workbook_close(book); }
};

Status failed(lxw_error error) {
  if (error == LXW_NO_ERROR) return {};
  return fail_bi(Code::kInternal, std::string("cannot write the workbook: ") + lxw_strerror(error),
                 "无法写入工作簿");
}

/// One sheet from its first row downwards; what fails first is kept.
class Sheet {
 public:
  Sheet(lxw_worksheet* sheet, lxw_format* bold, Lang lang)
      : sheet_(sheet), bold_(bold), lang_(lang) {}

  void text(const Text& text, bool bold = false) {
    text_as_is(lang_ == Lang::kZh ? text.zh : text.en, bold);
  }
  void text_as_is(const std::string& text, bool bold = false) {
    keep(worksheet_write_string(sheet_, row_, column_++, text.c_str(), bold ? bold_ : nullptr));
  }
  void number(std::int64_t value) {
    keep(worksheet_write_number(sheet_, row_, column_++, static_cast<double>(value), nullptr));
  }
  void maybe(const std::optional<std::int64_t>& value) {
    if (value) {
      number(*value);
    } else {
      ++column_;
    }
  }
  void next_row() {
    ++row_;
    column_ = 0;
  }
  lxw_error error() const { return error_; }

 private:
  void keep(lxw_error error) {
    if (error_ == LXW_NO_ERROR) error_ = error;
  }
  lxw_worksheet* sheet_;
  lxw_format* bold_;
  const Lang lang_;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0;
  lxw_error error_ = LXW_NO_ERROR;
};

void header(Sheet& sheet, std::initializer_list<const char*> columns) {
  for (const char* column : columns) sheet.text(column_title(column), true);
  sheet.next_row();
}

std::string query_text(const Number& number) {
  return number.rows ? number.rows->in + "  " + number.rows->query : std::string();
}

void write_group(Sheet& sheet, const FigureGroup& group) {
  sheet.text(group.title, true);
  sheet.next_row();
  header(sheet, {"name", "current", "previous", "change", "last_year", "change_year", "query"});
  for (const auto& f : group.figures) {
    sheet.text(f.title);
    sheet.number(f.current.count);
    sheet.number(f.previous.count);
    sheet.maybe(f.change_percent);
    sheet.number(f.last_year.count);
    sheet.maybe(f.change_percent_year);
    sheet.text_as_is(query_text(f.current));
    sheet.next_row();
  }
  sheet.next_row();
}

void write_clocks(Sheet& sheet, const std::vector<ClockRate>& all) {
  if (all.empty()) return;
  sheet.text(column_title("clock"), true);
  sheet.text(column_title("unit"), true);
  for (const auto fate : search::fates()) sheet.text(model::label(fate), true);
  sheet.text(column_title("on_time"), true);
  sheet.next_row();
  for (const auto& rate : all) {
    sheet.text(rate.title);
    sheet.text(rate.unit.empty() ? Text{"合计", "all"} : rate.unit_title);
    for (const auto& fate : rate.fates) sheet.number(fate.current.count);
    sheet.maybe(rate.on_time_percent);
    sheet.next_row();
  }
  sheet.next_row();
}

void write_series(Sheet& sheet, const std::vector<Series>& all) {
  for (const auto& series : all) {
    sheet.text(series.title, true);
    sheet.next_row();
    for (const auto& point : series.points) {
      sheet.text_as_is(point.from);
      sheet.number(point.number.count);
      sheet.text_as_is(query_text(point.number));
      sheet.next_row();
    }
    sheet.next_row();
  }
}

}  // namespace

Status write_workbook(const Report& report, Lang lang, const std::string& path) {
  std::unique_ptr<lxw_workbook, CloseWorkbook> book(workbook_new(path.c_str()));
  if (!book) return failed(LXW_ERROR_CREATING_XLSX_FILE);
  lxw_format* const bold = workbook_add_format(book.get());
  if (bold == nullptr) return failed(LXW_ERROR_MEMORY_MALLOC_FAILED);
  format_set_bold(bold);
  for (const auto& section : report.sections) {
    // At most 31 characters; titles of sections are shorter.
    const std::string& name = lang == Lang::kZh ? section.title.zh : section.title.en;
    lxw_worksheet* const made = workbook_add_worksheet(book.get(), name.c_str());
    if (made == nullptr) return failed(LXW_ERROR_MEMORY_MALLOC_FAILED);
    worksheet_set_column(made, 0, 0, 28, nullptr);
    worksheet_set_column(made, 6, 6, 60, nullptr);
    Sheet sheet(made, bold, lang);
    if (&section == &report.sections.front()) {
      sheet.text(report.title, true);
      sheet.text_as_is(report.current.from);
      sheet.text_as_is(report.current.until);
      sheet.text(report.scope);
      sheet.next_row();
      sheet.text(report.lead);
      sheet.next_row();
      sheet.next_row();
    }
    for (const auto& group : section.groups) write_group(sheet, group);
    write_clocks(sheet, section.clocks);
    write_series(sheet, section.series);
    TRY_STATUS(failed(sheet.error()));
  }
  return failed(workbook_close(book.release()));
}

}  // namespace tocsin::situation
