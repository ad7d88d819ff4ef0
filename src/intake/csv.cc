// CSV (RFC 4180) with a mapping of columns.
#include "intake/csv_records.h"
#include "intake/table_rows.h"

namespace tocsin::intake {
namespace {

class CsvReader final : public CsvRecords {
 public:
  CsvReader(Options options, Sink& sink) : CsvRecords(std::move(options), sink) {
    delimiter_ = options_.csv.delimiter;
    auto_delimiter_ = options_.csv.auto_delimiter;
    comment_prefix_ = options_.csv.comment_prefix;
  }

 private:
  void on_record(std::int64_t number, std::string_view text) override;

  std::optional<TableColumns> columns_;
};

void CsvReader::on_record(std::int64_t number, std::string_view text) {
  if (!columns_) {
    const bool header = options_.csv.header;
    auto found = TableColumns::find(options_.csv, header ? fields_ : std::vector<std::string>());
    if (!found) {
      if (header) comment();
      return stop(number, text, found.error());
    }
    columns_ = *found;
    if (header) return comment();
  }
  Item item = blank(number);
  auto value = columns_->read(options_.csv, fields_, item);
  if (!value) return refuse(number, text, value.error());
  emit(value->text, value->kind, std::move(item));
}

}  // namespace

std::unique_ptr<Reader> make_csv(Options options, Sink& sink) {
  return std::make_unique<CsvReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
