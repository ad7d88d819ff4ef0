#include "intake/write/writer.h"

#include <array>

#include "base/csv.h"
#include "base/json.h"
#include "base/uuid.h"
#include "intake/table_rows.h"
#include "intake/write/forms.h"

namespace tocsin::intake {
namespace write {

std::string label_of(const Item& item) { return item.labels.empty() ? "" : item.labels.front(); }

std::string_view family_of(std::string_view label) {
  const auto colon = label.find(':');
  return colon == std::string_view::npos ? std::string_view() : label.substr(colon + 1);
}

std::optional<HostPort> split_endpoint(std::string_view endpoint) {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = to_int(endpoint.substr(colon + 1));
  if (!port) return std::nullopt;
  HostPort out{std::string(endpoint.substr(0, colon)), *port, false, false};
  out.v6 = out.host.starts_with('[');
  if (out.v6) out.host = out.host.substr(1, out.host.size() - 2);
  out.name = !out.v6 && out.host.find_first_not_of("0123456789.") != std::string::npos;
  return out;
}

std::string item_uuid(const Item& item, std::string_view source) {
  return name_uuid("item " + std::string(source) + " " +
                   std::string(model::name(item.indicator.kind)) + " " + item.indicator.value);
}

std::string ndjson_line(const Item& item) {
  Json out = Json::object({{"kind", model::name(item.indicator.kind)},
                           {"value", item.indicator.value},
                           {"confidence", item.confidence}});
  if (item.tlp != Tlp::kUnset) out.set("tlp", name(item.tlp));
  for (const auto& [key, time] : {std::pair<const char*, Instant>{"first_seen", item.first_seen},
                                  {"last_seen", item.last_seen},
                                  {"valid_until", item.valid_until}}) {
    if (time) out.set(key, to_string(time));
  }
  if (!item.labels.empty()) {
    Json labels = Json::array();
    for (const auto& label : item.labels) labels.push(label);
    out.set("labels", std::move(labels));
  }
  if (!item.description.empty()) out.set("description", item.description);
  if (!item.foreign_id.empty()) out.set("id", item.foreign_id);
  if (!item.actionable) out.set("actionable", false);
  return out.dump() + "\n";
}

std::vector<std::string> row_of(const Item& item) {
  const auto time = [](Instant t) { return t ? to_string(t) : std::string(); };
  return {std::string(model::name(item.indicator.kind)),
          item.indicator.value,
          std::to_string(item.confidence),
          std::string(name(item.tlp)),
          time(item.first_seen),
          time(item.last_seen),
          time(item.valid_until),
          label_of(item),
          item.actionable ? "yes" : "no",
          item.description,
          item.foreign_id};
}

}  // namespace write

namespace {

constexpr std::array<std::string_view, 8> kForms = {"intelmq", "n6",   "csv",   "ndjson",
                                                    "stix",    "misp", "iodef", "gbt36643"};

}  // namespace

std::string_view name(OutForm form) { return kForms.at(static_cast<std::size_t>(form)); }

std::optional<OutForm> out_form_named(std::string_view text) {
  for (std::size_t i = 0; i < kForms.size(); ++i) {
    if (kForms[i] == text) return static_cast<OutForm>(i);
  }
  return std::nullopt;
}

const std::string& out_form_names() {
  static const std::string kNames = [] {
    std::string out;
    for (const auto form : kForms) out += (out.empty() ? "" : " ") + std::string(form);
    return out;
  }();
  return kNames;
}

OutFrame out_frame(OutForm form, std::string_view source, Instant made) {
  switch (form) {
    case OutForm::kIntelmq:
    case OutForm::kN6:
    case OutForm::kNdjson:
      break;
    case OutForm::kCsv:
      return {csv::record(own_columns()), "", ""};
    case OutForm::kStix:
      return {write::stix_head(source), ",\n", "\n]}\n"};
    case OutForm::kMisp:
      return {write::misp_head(source, made), ",\n", "\n]}}\n"};
    case OutForm::kIodef:
      return {write::iodef_head(source, made), "",
              "</IndicatorData>\n</Incident>\n</IODEF-Document>\n"};
    case OutForm::kGbt36643:
      return {write::gbt36643_head(source, made), ",\n", "\n]}\n"};
  }
  return {};
}

std::optional<std::string> out_item(OutForm form, const Item& item, std::string_view source) {
  switch (form) {
    case OutForm::kIntelmq:
      return write::intelmq_line(item, source);
    case OutForm::kN6:
      return write::n6_line(item, source);
    case OutForm::kCsv:
      return csv::record(write::row_of(item));
    case OutForm::kNdjson:
      break;
    case OutForm::kStix:
      return write::stix_object(item, source);
    case OutForm::kMisp:
      return write::misp_attribute(item, source);
    case OutForm::kIodef:
      return write::iodef_indicator(item, source);
    case OutForm::kGbt36643:
      return write::gbt36643_components(item, source);
  }
  return write::ndjson_line(item);
}

std::string out_document(OutForm form, const std::vector<Item>& items, std::string_view source,
                         Instant made, std::int64_t& left_out) {
  const OutFrame frame = out_frame(form, source, made);
  std::string out = frame.head;
  bool first = true;
  for (const Item& item : items) {
    const auto text = out_item(form, item, source);
    if (!text) {
      ++left_out;
      continue;
    }
    if (!first) out += frame.between;
    first = false;
    out += *text;
  }
  return out + frame.tail;
}

Item item_of(store::Sighting&& s) {
  Item item;
  item.actionable = !s.context;
  item.indicator = std::move(s.indicator);
  item.confidence = static_cast<int>(s.confidence);
  item.first_seen = s.first_seen;
  if (s.last_seen != s.first_seen) item.last_seen = s.last_seen;
  item.valid_until = s.valid_until;
  if (s.tlp) {
    item.tlp = static_cast<Tlp>(static_cast<int>(*s.tlp) + static_cast<int>(Tlp::kClear));
  }
  item.labels = std::move(s.labels);
  return item;
}

}  // namespace tocsin::intake
