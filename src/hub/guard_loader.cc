#include "hub/guard_loader.h"

#include <algorithm>

#include "base/file.h"
#include "base/log.h"

namespace tocsin::hub {

Result<std::shared_ptr<const match::Guard>> load_guard(const std::filesystem::path& folder,
                                                       std::vector<std::string> reserved) {
  std::vector<match::WarningList> lists;
  match::GuardSettings settings;
  std::erase_if(reserved, [](const std::string& name) { return name.empty(); });
  settings.reserved_names = std::move(reserved);
  if (!folder.empty()) {
    std::error_code ec;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::recursive_directory_iterator it(folder, ec), end; it != end && !ec;
         it.increment(ec)) {
      if (it->is_regular_file() && it->path().extension() == ".json") files.push_back(it->path());
    }
    if (ec) {
      return fail(Code::kNotFound, "cannot read the folder of warning lists " + folder.string() +
                                       ": " + ec.message());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      TRY(const auto text, read_file(file));
      const std::string id =
          file.stem() == "list" ? file.parent_path().filename().string() : file.stem().string();
      auto list = match::WarningList::parse(text, id);
      if (!list) return tl::unexpected(list.error().at(file.string()));
      lists.push_back(std::move(*list));
    }
    const auto protected_file = folder / "protected.txt";
    if (std::filesystem::exists(protected_file)) {
      TRY(const auto text, read_file(protected_file));
      for (const auto line : split(text, '\n')) {
        const auto value = trim(line);
        if (!value.empty() && value.front() != '#') settings.protected_values.emplace_back(value);
      }
    }
    log::info("guard.loaded", {{"lists", std::to_string(lists.size())}});
  }
  TRY(auto suffixes, match::PublicSuffixes::system());
  TRY(auto guard, match::Guard::build(std::move(lists), std::move(suffixes), settings));
  return std::make_shared<const match::Guard>(std::move(guard));
}

}  // namespace tocsin::hub
