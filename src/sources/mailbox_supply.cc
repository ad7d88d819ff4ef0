// A mailbox as source: Maildir, folder of .eml, or mbox. Nothing in it is moved or marked.
#include <algorithm>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/text.h"
#include "sources/mbox.h"
#include "sources/supply.h"

namespace tocsin::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestMessage = 64U << 20;

/// Value of a header by its lower-case name, from the head of a message.
std::string header_of(std::string_view message, std::string_view name) {
  while (!message.empty()) {
    const auto end = message.find('\n');
    const std::string_view line = trim(message.substr(0, end));
    if (line.empty()) return {};
    if (line.size() > name.size() && line[name.size()] == ':' &&
        iequals(line.substr(0, name.size()), name)) {
      return std::string(trim(line.substr(name.size() + 1)));
    }
    if (end == std::string_view::npos) return {};
    message.remove_prefix(end + 1);
  }
  return {};
}

std::string_view body_of(std::string_view message) {
  for (const std::string_view gap : {std::string_view("\r\n\r\n"), std::string_view("\n\n")}) {
    if (const auto at = message.find(gap); at != std::string_view::npos) {
      return message.substr(at + gap.size());
    }
  }
  return message;
}

/// The same message on two ways has other header lines of its carriers; another message under a
/// stolen id has another body.
std::string word_of(std::string_view message) {
  const std::string id = header_of(message, "message-id");
  return "mail:" +
         crypto::sha256_hex(id + "\n" + std::string(id.empty() ? message : body_of(message)));
}

/// One message; false: that is enough.
Result<bool> take_message(const Trip& trip, const std::string& name, std::string message,
                          bool cut) {
  const std::string word = word_of(message);
  TRY(const bool known, trip.memory.knows(word));
  if (known) return true;
  Fetched content = content_of(name, cut ? std::string() : std::move(message));
  if (cut) {
    content.broken = fail_bi(Code::kTooLarge, "the message is longer than 64 MiB",
                             "邮件超过 64 MiB", "", "mail-too-large")
                         .value();
  }
  content.format = "mail";
  TRY(const bool more, trip.take(content));
  TRY_STATUS(trip.memory.keep(word));
  return more;
}

/// A file's name without the flags that a Maildir appends when somebody reads it; with its size,
/// because other folders may use a name again.
std::string word_of_file(const fs::path& path) {
  std::error_code error;
  const std::string name = path.filename().string();
  return "file:" + name.substr(0, name.find(":2,")) + ":" +
         std::to_string(fs::file_size(path, error));
}

Status supply_folder(const Trip& trip, std::vector<fs::path> files) {
  if (trip.newest_first) std::reverse(files.begin(), files.end());
  for (const auto& path : files) {
    const std::string word = word_of_file(path);
    TRY(const bool known, trip.memory.knows(word));
    if (known) continue;
    auto text = read_file(path, kLongestMessage);
    if (!text && text.error().code == Code::kNotFound) continue;  // somebody moved it meanwhile
    const bool cut = !text && text.error().code == Code::kTooLarge;
    if (!text && !cut) return tl::unexpected(text.error());
    TRY(const bool more, take_message(trip, path.filename().string(), cut ? word : *text, cut));
    TRY_STATUS(trip.memory.keep(word));
    if (!more) return {};
  }
  return {};
}

Status supply_mbox(const Trip& trip, const fs::path& path) {
  TRY(const auto file, fetch_file(path));
  // A file that is the same as a whole was read to its end before.
  const std::string whole = "mbox:" + file.digest;
  TRY(const bool known, trip.memory.knows(whole));
  if (known) return {};
  std::int64_t number = 0;
  bool enough = false;
  MboxSplitter splitter(
      [&](std::string&& message, bool cut) -> Status {
        ++number;
        if (enough) return {};
        TRY(const bool more,
            take_message(trip, file.name + "#" + std::to_string(number), std::move(message), cut));
        enough = !more;
        return {};
      },
      kLongestMessage);
  TRY_STATUS(file.read([&](std::string_view piece) { return splitter.feed(piece); }));
  TRY_STATUS(splitter.finish());
  return enough ? Status() : trip.memory.keep(whole);
}

}  // namespace

Status supply_mailbox(const Trip& trip) {
  TRY(const auto path, path_below(trip.options.folder, trip.source.terms.location));
  std::error_code error;
  if (fs::is_regular_file(path, error)) return supply_mbox(trip, path);
  if (!fs::is_directory(path / "cur", error) || !fs::is_directory(path / "new", error)) {
    TRY(auto files, files_in(path));
    return supply_folder(trip, std::move(files));
  }
  // What is being delivered lies in `tmp`, which is nobody's business.
  TRY(auto files, files_in(path / "cur"));
  TRY(const auto fresh, files_in(path / "new"));
  files.insert(files.end(), fresh.begin(), fresh.end());
  return supply_folder(trip, std::move(files));
}

}  // namespace tocsin::sources
