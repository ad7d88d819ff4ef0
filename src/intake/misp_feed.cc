#include "intake/misp_feed.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <simdjson.h>

#include "base/crypto/hash.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"

namespace tocsin::intake::misp_feed {
namespace {

constexpr std::size_t kMaxEntries = 1'000'000;

tl::unexpected<Error> bad(const std::string& en, const std::string& zh, std::string field) {
  return fail_bi(Code::kInvalid, en, zh, std::move(field), "bad-manifest");
}

std::int64_t seconds_of(const Json& value) {
  if (value.is_int()) return value.as_int();
  return to_int(value.as_string()).value_or(0);
}

/// A plain name in the folder: the manifest comes from outside and names files of ours.
bool is_plain_name(std::string_view file) {
  return !file.empty() && file.size() <= 255 && file[0] != '.' &&
         file.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

Result<Entry> entry_of(std::string uuid, const Json& meta) {
  Entry entry;
  entry.uuid = std::move(uuid);
  entry.file = meta.str("filename").empty() ? entry.uuid + ".json" : meta.str("filename");
  entry.md5 = to_lower(meta.str("md5"));
  entry.timestamp = seconds_of(meta["timestamp"]);
  if (entry.uuid.empty() || entry.uuid.size() > 64 || !is_plain_name(entry.file)) {
    return bad("The manifest names a file outside its folder or an event without a uuid",
               "清单中的文件名越出目录，或事件缺少uuid", entry.uuid);
  }
  return entry;
}

/// Is it one whole JSON document? A broken one would break the stream around it.
bool is_document(const std::string& text) {
  simdjson::dom::parser parser;
  return parser.parse(text).error() == simdjson::SUCCESS;
}

}  // namespace

Result<std::vector<Entry>> read_manifest(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) {
    return bad("manifest.json is not valid JSON at " + json.error().field,
               "manifest.json不是有效的JSON，位置 " + json.error().field, json.error().field);
  }
  if (json->members().size() + json->items().size() > kMaxEntries) {
    return bad("The manifest names more than a million events", "清单中的事件超过一百万个", "");
  }
  if (!json->is_object() && !json->is_array()) {
    return bad("The manifest is neither an object nor a list", "清单既不是对象也不是列表", "");
  }
  std::map<std::string, Entry> newest;
  const auto take = [&](Result<Entry> entry) -> Status {
    if (!entry) return tl::unexpected(std::move(entry).error());
    const auto [known, fresh] = newest.try_emplace(entry->uuid, *entry);
    if (!fresh && entry->timestamp >= known->second.timestamp) known->second = std::move(*entry);
    return {};
  };
  for (const auto& [uuid, meta] : json->members()) TRY_STATUS(take(entry_of(uuid, meta)));
  for (const Json& meta : json->items()) TRY_STATUS(take(entry_of(meta.str("uuid"), meta)));
  std::vector<Entry> out;
  for (auto& [uuid, entry] : newest) out.push_back(std::move(entry));
  return out;
}

void read_hashes(std::string_view text, std::vector<Entry>& entries) {
  std::map<std::string_view, Entry*> by_file;
  for (Entry& entry : entries) by_file[entry.file] = &entry;
  std::vector<std::string> fields;
  for (const std::string_view line : split(text, '\n')) {
    if (csv::parse_record(trim(line), ',', fields) != csv::Parse::kDone || fields.size() < 2) {
      continue;
    }
    const auto found = by_file.find(trim(fields[0]));
    if (found == by_file.end() || !found->second->md5.empty()) continue;
    found->second->md5 = to_lower(trim(fields[1]));
  }
}

Result<Packed> pack(std::vector<Entry> entries, const Open& open, const Write& write) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.timestamp, a.file) < std::tie(b.timestamp, b.file);
  });
  Packed out;
  std::string_view comma = "[";
  for (const Entry& entry : entries) {
    auto text = open(entry.file);
    if (!text && text.error().code != Code::kNotFound) return tl::unexpected(text.error());
    Json member = Json::object({{"misp_feed", 1}, {"uuid", entry.uuid}});
    if (!text) {
      out.missing.push_back(entry.uuid);
      member.set("problem", "missing-event");
    } else if (!entry.md5.empty() && crypto::md5_hex(*text) != entry.md5) {
      out.different.push_back(entry.uuid);
      member.set("problem", "bad-digest");
    } else if (!is_document(*text)) {
      member.set("problem", "not-misp");
    }
    std::string head = member.dump();
    write(comma);
    comma = ",\n";
    if (member.has("problem")) {
      write(head);
      continue;
    }
    ++out.events;
    head.back() = ',';
    write(head);
    write("\"document\":");
    write(*text);
    write("}");
  }
  write(entries.empty() ? "[]\n" : "]\n");
  return out;
}

}  // namespace tocsin::intake::misp_feed
