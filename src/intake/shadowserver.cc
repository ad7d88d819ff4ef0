// Shadowserver report files: one line, one event, one indicator.
#include "intake/shadowserver.h"

#include "intake/csv_records.h"

namespace tocsin::intake {
namespace {

using idf::Field;
using shadowserver::Convert;

class ShadowserverReader final : public CsvRecords {
 public:
  ShadowserverReader(Options options, Sink& sink) : CsvRecords(std::move(options), sink) {
    comment_prefix_.clear();  // these files have none, and a tag may start with '#'
    // Banners come with their own quotes, `"Basic realm=\"x\""`.
    strictness_ = csv::Strictness::kLenient;
  }

 private:
  void on_record(std::int64_t number, std::string_view text) override;
  void on_header(std::int64_t number, std::string_view text);
  bool choose_report();
  std::string_view cell_named(std::string_view column) const;

  struct Bound {
    shadowserver::Column column;
    int index = kAbsent;
  };
  shadowserver::Report report_;
  std::vector<Bound> bound_;
  std::map<std::string, int, std::less<>> header_;
  idf::Event event_;
  bool ready_ = false;
};

std::string_view ShadowserverReader::cell_named(std::string_view column) const {
  const auto found = header_.find(column);
  return found == header_.end() ? std::string_view() : cell(found->second);
}

/// By the file's name, from the schema, else from what reports share. False: the columns decide.
bool ShadowserverReader::choose_report() {
  const std::string type = shadowserver::report_type(options_.file_name);
  if (options_.shadowserver) {
    if (const auto found = options_.shadowserver->find(type);
        found != options_.shadowserver->end()) {
      report_ = found->second;
      return !report_.common;
    }
    warn("unknown-report", "The schema has no report '" + type + "'; common columns are read",
         "格式定义中没有报告“" + type + "”；按通用列读取");
  }
  report_ = shadowserver::common_report(type);
  return false;
}

void ShadowserverReader::on_header(std::int64_t number, std::string_view text) {
  ready_ = true;
  comment();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    header_.emplace(to_lower(trim(fields_[i])), static_cast<int>(i));
  }
  const bool by_schema = choose_report();
  for (const std::string& column : report_.required) {
    if (header_.contains(column)) continue;
    return stop(
        number, text,
        fail_bi(Code::kInvalid, "A column is missing that this report always has: " + column,
                "缺少该报告应有的列：" + column, column, "no-column")
            .value());
  }
  for (auto& column : report_.columns) {
    const auto found = header_.find(column.column);
    const bool whole_row = column.convert == Convert::kUrl || column.convert == Convert::kCategory;
    if (found == header_.end() && !whole_row) continue;
    if (column.convert == Convert::kUnknown) {
      warn("unknown-converter",
           "The schema names a converter '" + column.converter + "' that is not known here",
           "格式定义中的转换“" + column.converter + "”未知，取值按原样使用");
    }
    bound_.push_back({column, found == header_.end() ? kAbsent : found->second});
  }
  if (by_schema) return;
  for (const auto& bound : bound_) {
    const Field field = bound.column.field;
    if (field != Field::kTimeSource && field != Field::kTag && field != Field::kDestinationIp) {
      return;
    }
  }
  stop(number, text,
       fail_bi(Code::kInvalid, "None of the columns names an address, a URL or a hash",
               "没有地址、网址或散列值的列", "ip", "no-column")
           .value());
}

void ShadowserverReader::on_record(std::int64_t number, std::string_view text) {
  if (!ready_) return on_header(number, text);
  event_.clear();
  for (const auto& [field, value] : report_.constants) event_[field] = value;
  const shadowserver::Row row = [this](std::string_view column) { return cell_named(column); };
  for (const Bound& bound : bound_) {
    const std::string_view value = cell(bound.index);
    std::string& into = event_[bound.column.field];
    const bool fixed =
        bound.column.field == Field::kType || bound.column.field == Field::kIdentifier;
    if ((!into.empty() && !fixed) ||
        (value.empty() && bound.index != kAbsent && bound.column.convert != Convert::kCategory)) {
      continue;  // the first column that says something counts
    }
    into = shadowserver::convert(bound.column, value, row);
  }
  if (event_[Field::kSeverity].empty()) event_[Field::kSeverity] = report_.severity;
  Item item = blank(number);
  const auto subject = idf::read(event_, item);
  if (!subject) return refuse(number, text, subject.error());
  emit(subject->text, subject->kind, Item(item));
  event_links(idf::parts(event_), [&](model::RelationKind kind, const auto& from, const auto& to) {
    link(kind, from, to, item);
  });
}

}  // namespace

std::unique_ptr<Reader> make_shadowserver(Options options, Sink& sink) {
  return std::make_unique<ShadowserverReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
