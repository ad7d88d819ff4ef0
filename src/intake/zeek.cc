// Zeek intelligence framework: TAB-separated, `#fields` says what is where.
#include <array>

#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::size_t kMaxFields = 256;

class ZeekReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void on_line(std::string_view line) override;
  void read_directive(std::string_view line);
  std::string_view field(const std::vector<std::string_view>& cells, std::string_view name) const;

  std::vector<std::string> fields_;
};

struct ZeekType {
  std::string_view name;
  std::optional<K> hint;  ///< nothing: the value tells
};

constexpr std::array<ZeekType, 6> kTypes = {{{"Intel::ADDR", K::kIpv4},
                                             {"Intel::SUBNET", K::kIpv4},
                                             {"Intel::DOMAIN", K::kDomain},
                                             {"Intel::URL", K::kUrl},
                                             {"Intel::EMAIL", K::kEmail},
                                             {"Intel::FILE_HASH", std::nullopt}}};

void ZeekReader::read_directive(std::string_view line) {
  comment();
  if (!line.starts_with("#fields")) return;
  fields_.clear();
  const auto names = split(line.substr(7), '\t');
  for (const std::string_view name : names) {
    if (!name.empty() && fields_.size() < kMaxFields) fields_.emplace_back(trim(name));
  }
}

std::string_view ZeekReader::field(const std::vector<std::string_view>& cells,
                                   std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size() && i < cells.size(); ++i) {
    if (fields_[i] != name) continue;
    const std::string_view cell = trim(cells[i]);
    return cell == "-" || cell == "(empty)" ? std::string_view() : cell;
  }
  return {};
}

void ZeekReader::on_line(std::string_view line) {
  if (trim(line).empty()) return;
  if (line[0] == '#') {
    read_directive(line);
    return;
  }
  const std::int64_t number = LineReader::line();
  if (fields_.empty()) {
    refuse(number, line, "no-fields", "No #fields line came before this one",
           "此行之前没有#fields声明");
    return;
  }
  const auto cells = split(line, '\t');
  const std::string_view value = field(cells, "indicator");
  const std::string_view type = field(cells, "indicator_type");
  const ZeekType* known = nullptr;
  for (const ZeekType& candidate : kTypes) {
    if (candidate.name == type) known = &candidate;
  }
  if (value.empty() || known == nullptr) {
    refuse(number, line, value.empty() ? "empty" : "unsupported-type",
           value.empty() ? "The indicator is missing"
                         : "Type " + std::string(type.substr(0, 64)) + " cannot be blocked",
           value.empty() ? "缺少指标" : "类型不支持");
    return;
  }
  Item item = blank(number);
  item.description = field(cells, "meta.desc");
  if (const auto source = field(cells, "meta.source"); !source.empty()) {
    item.labels.emplace_back(source);
  }
  if (const auto level = to_int(field(cells, "meta.confidence")); level && *level >= 0) {
    item.confidence = static_cast<int>(std::min<std::int64_t>(*level, 100));
  }
  emit(value, known->hint, std::move(item));
}

}  // namespace

std::unique_ptr<Reader> make_zeek(Options options, Sink& sink) {
  return std::make_unique<ZeekReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
