#include "hub/label_titles.h"

#include "intake/vocabulary.h"

namespace tocsin::hub {

Result<Json> LabelTitles::of(const std::vector<std::string>& labels) {
  Json out = Json::object();
  for (const auto& label : labels) {
    auto known = titles_.find(label);
    if (known == titles_.end()) {
      const auto term = intake::find_term(tx_, label);
      if (!term && term.error().code != Code::kNotFound) return tl::unexpected(term.error());
      known = titles_.emplace(label, term ? std::optional(term->title) : std::nullopt).first;
    }
    if (known->second) out.set(label, model::to_json(*known->second));
  }
  return out;
}

Result<Json> LabelTitles::beside(const Json& sources) {
  Json out = Json::array();
  for (const Json& source : sources.items()) {
    std::vector<std::string> labels;
    for (const Json& label : source["labels"].items()) labels.push_back(label.as_string());
    TRY(auto titles, of(labels));
    Json titled = source;
    titled.set("label_titles", std::move(titles));
    out.push(std::move(titled));
  }
  return out;
}

}  // namespace tocsin::hub
