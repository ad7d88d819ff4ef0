#include "hub/guard_loader.h"

#include <algorithm>

#include "base/file.h"
#include "base/log.h"
#include "embed/embedded_guard.h"

namespace tocsin::hub {
namespace {

/// Every `*.json` below the folder, in a stable order.
Result<std::vector<std::filesystem::path>> list_files(const std::filesystem::path& folder) {
  std::error_code ec;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::recursive_directory_iterator it(folder, ec), end; it != end && !ec;
       it.increment(ec)) {
    if (it->is_regular_file() && it->path().extension() == ".json") files.push_back(it->path());
  }
  if (ec) {
    return fail_bi(
        Code::kNotFound,
        "cannot read the folder of warning lists " + folder.string() + ": " + ec.message(),
        "无法读取防误伤名单目录 " + folder.string() + "：" + ec.message(), "--guard");
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// An id names one list: a second one of the same name is told from the first by a number.
std::string free_id(const std::vector<match::WarningList>& lists, const std::string& wanted) {
  const auto taken = [&](const std::string& id) {
    return std::any_of(lists.begin(), lists.end(), [&](const auto& one) { return one.id() == id; });
  };
  std::string id = wanted;
  for (int n = 2; taken(id); ++n) id = wanted + "-" + std::to_string(n);
  return id;
}

Status read_folder(const std::filesystem::path& folder, LoadedGuard& out,
                   std::vector<match::WarningList>& lists, match::GuardSettings& settings) {
  TRY(const auto files, list_files(folder));
  for (const auto& file : files) {
    TRY(const auto text, read_file(file));
    const std::string id =
        file.stem() == "list" ? file.parent_path().filename().string() : file.stem().string();
    auto list = match::WarningList::parse(text, free_id(lists, id));
    if (!list) return tl::unexpected(list.error().at(file.string()));
    ++out.lists;
    out.entries += list->entries();
    lists.push_back(std::move(*list));
  }
  const auto protected_file = folder / "protected.txt";
  if (!std::filesystem::exists(protected_file)) return {};
  TRY(const auto text, read_file(protected_file));
  std::size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    const auto value = trim(line);
    if (value.empty() || value.front() == '#') continue;
    const auto known = match::protected_value(value);
    if (!known) {
      Error slip = known.error();
      slip.field = protected_file.string() + ":" + std::to_string(number);
      return tl::unexpected(std::move(slip));
    }
    settings.protected_values.emplace_back(value);
  }
  out.protected_values = settings.protected_values.size();
  return {};
}

}  // namespace

std::filesystem::path guard_folder(const std::filesystem::path& named,
                                   const std::filesystem::path& data) {
  std::error_code ec;
  if (!named.empty() || !std::filesystem::is_directory(data / "guard", ec)) return named;
  return data / "guard";
}

Result<LoadedGuard> load_guard(const std::filesystem::path& folder,
                               std::vector<std::string> reserved) {
  LoadedGuard out;
  out.folder = folder;
  std::vector<match::WarningList> lists;
  match::GuardSettings settings;
  std::erase_if(reserved, [](const std::string& name) { return name.empty(); });
  settings.reserved_names = std::move(reserved);
  for (const EmbeddedFile& file : embedded_guard()) {
    auto list = match::WarningList::parse(
        file.bytes, std::filesystem::path(std::string(file.path)).stem().string());
    if (!list) return tl::unexpected(list.error().at(file.path));
    ++out.built_in_lists;
    out.built_in_entries += list->entries();
    lists.push_back(std::move(*list));
  }
  if (!folder.empty()) TRY_STATUS(read_folder(folder, out, lists, settings));
  TRY(auto suffixes, match::PublicSuffixes::system());
  TRY(auto guard, match::Guard::build(std::move(lists), std::move(suffixes), settings));
  out.guard = std::make_shared<const match::Guard>(std::move(guard));
  return out;
}

void log_guard(const LoadedGuard& loaded, const std::filesystem::path& data) {
  const auto level = loaded.bare() ? log::Level::kWarn : log::Level::kInfo;
  log::write(
      level, loaded.bare() ? "guard.built-in-only" : "guard.loaded",
      {{"lists", std::to_string(loaded.lists)},
       {"entries", std::to_string(loaded.entries)},
       {"protected", std::to_string(loaded.protected_values)},
       {"from", loaded.folder.empty() ? "none" : loaded.folder.string()},
       {"built_in_lists", std::to_string(loaded.built_in_lists)},
       {"built_in_entries", std::to_string(loaded.built_in_entries)},
       {"note", loaded.bare() ? "only the built-in rules and lists protect the innocent; to add "
                                "your own, put MISP warning lists and protected.txt into " +
                                    (data / "guard").string() + " or name --guard"
                              : ""}});
}

}  // namespace tocsin::hub
