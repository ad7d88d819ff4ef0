// A MISP feed is a folder: a manifest, one file an event, sometimes digests. Packed into one stream
// it is imported like any other file, and what the manifest promises but the folder lacks becomes a
// refusal that names the event.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::intake::misp_feed {

struct Entry {
  std::string uuid;
  std::string file;            ///< within the folder
  std::string md5;             ///< lower case; empty: not stated
  std::int64_t timestamp = 0;  ///< seconds; 0: not stated
};

/// Both forms of manifest.json: `{"<uuid>": {"timestamp": "1"}}` and
/// `[{"uuid", "filename", "md5"}]`. Of several entries for one event the newest stays. At most
/// 1,000,000; names that would leave the folder are an error.
Result<std::vector<Entry>> read_manifest(std::string_view json);

/// `hashes.csv` in the form `file,md5[,sha1]` fills the digests. The other form, `md5 of a value,
/// event uuid`, says nothing about files and changes nothing.
void read_hashes(std::string_view csv, std::vector<Entry>& entries);

/// Bytes of a file in the folder; kNotFound when it is not there, which is no failure of the feed.
using Open = std::function<Result<std::string>(const std::string& file)>;
using Write = std::function<void(std::string_view bytes)>;

struct Packed {
  std::int64_t events = 0;
  std::vector<std::string> missing;    ///< uuids without a file
  std::vector<std::string> different;  ///< uuids whose file has another MD5
};

/// Writes the stream: one JSON array, one member an entry, oldest event first, so that a newer one
/// is read after it. One event is in memory at a time.
Result<Packed> pack(std::vector<Entry> entries, const Open& open, const Write& write);

}  // namespace tocsin::intake::misp_feed
