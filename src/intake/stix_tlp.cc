#include "intake/stix_tlp.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace tocsin::intake {
namespace {

using model::Tlp;

constexpr std::array<std::string_view, 5> kTlp2 = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
};
constexpr std::array<std::pair<std::string_view, Tlp>, 4> kTlp1 = {{
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::kClear},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::kGreen},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::kAmber},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::kRed},
}};
constexpr std::string_view kExtension =
    "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

}  // namespace

std::optional<Tlp> stix_tlp_named(std::string_view marking) {
  for (std::size_t i = 0; i < kTlp2.size(); ++i) {
    if (marking == kTlp2[i]) return static_cast<Tlp>(i);
  }
  for (const auto& [id, level] : kTlp1) {
    if (marking == id) return level;
  }
  return std::nullopt;
}

Tlp stix_tlp_of(const Json& object) {
  Tlp strictest = Tlp::kClear;
  for (const Json& ref : object["object_marking_refs"].items()) {
    if (const auto level = stix_tlp_named(ref.as_string())) strictest = std::max(strictest, *level);
  }
  return strictest;
}

std::string_view stix_marking_id(Tlp level) { return kTlp2.at(static_cast<std::size_t>(level)); }

Json stix_marking_definition(Tlp level) {
  std::string label = "TLP:" + std::string(name(level));
  for (char& c : label) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return Json::object(
      {{"type", "marking-definition"},
       {"spec_version", "2.1"},
       {"id", stix_marking_id(level)},
       {"created", "2022-10-01T00:00:00.000Z"},
       {"name", label},
       {"extensions",
        Json::object({{kExtension.data(), Json::object({{"extension_type", "property-extension"},
                                                        {"tlp_2_0", name(level)}})}})}});
}

}  // namespace tocsin::intake
