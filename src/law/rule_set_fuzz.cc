// Rule files come from operators and provinces: any bytes must load or be refused, and what loads
// must compute.
#include <cstdint>

#include "law/clock.h"
#include "law/explain.h"
#include "law/library.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto library = law::Library::from(
      {{"parties", R"({"kind":"parties","parties":{"all":{"zh":"a","en":"b"}}})"}, {"x", bytes}});
  if (!library) return 0;
  for (const std::string& clock : (*library)->clock_ids()) {
    law::ClockInput input;
    input.clock = clock;
    input.start = law::ClockStart::of(parse_instant("2026-02-13T10:00:00+08:00").value());
    input.grade = law::Level::kII;
    input.province = "990000";
    input.limit = law::parse_limit("3wd").value();
    if (const auto deadline = law::compute(**library, input)) {
      law::describe(**library, *deadline, Lang::kZh);
    }
  }
  for (const law::RuleSet& set : (*library)->rule_sets()) {
    ASSERT(law::show_json(**library, set.id, "", set.valid_from).has_value());
  }
  return 0;
}
