// A MISP feed as source: its manifest tells which events changed, and only they are read.
#include <algorithm>
#include <memory>
#include <optional>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "intake/misp_feed.h"
#include "sources/supply.h"

namespace tocsin::sources {
namespace {

namespace feed = intake::misp_feed;

/// So many events become one run; each of them is in memory alone.
constexpr std::size_t kGroupEvents = 200;

bool is_url(std::string_view location) {
  return location.starts_with("http://") || location.starts_with("https://");
}

/// The folder of the feed, wherever it lies.
class Folder {
 public:
  static Result<std::unique_ptr<Folder>> open(const Trip& trip) {
    auto out = std::make_unique<Folder>();
    std::string base = trip.source.terms.location;
    constexpr std::string_view kManifest = "manifest.json";
    if (base.ends_with(kManifest)) base.resize(base.size() - kManifest.size());
    if (is_url(base)) {
      TRY(auto credential, trip.options.vault.credential(trip.source));
      out->web_.emplace(trip.source.terms, std::move(credential), trip.options.web);
      out->url_ = base.ends_with('/') ? base : base + "/";
    } else {
      TRY(out->path_, path_below(trip.options.folder, base.empty() ? "." : base));
    }
    out->limit_ = trip.options.web.limit_bytes;
    return out;
  }

  /// kNotFound when the folder has no such file.
  Result<std::string> read(const std::string& file) {
    if (!web_) return read_file(path_ / file, limit_);
    TRY(auto answer, web_->get(url_ + file));
    if (answer.status != 200) return answered(answer);
    return std::move(answer.body);
  }

  /// The manifest, unless it is the one that `source` saw last.
  Result<Fetched> manifest(const model::Source& source) {
    if (web_) return fetch_url(source, url_ + "manifest.json", *web_);
    return fetch_file(path_ / "manifest.json");
  }

 private:
  std::optional<Web> web_;
  std::string url_;
  std::filesystem::path path_;
  std::size_t limit_ = 0;
};

/// Changes whenever the event does.
std::string word_of(const feed::Entry& entry) {
  return "event:" + entry.uuid + ":" + std::to_string(entry.timestamp) + ":" + entry.md5;
}

/// The events as one stream, fetched one by one while it is read.
Fetched stream_of(const std::shared_ptr<Folder>& folder, std::vector<feed::Entry> entries,
                  const std::shared_ptr<feed::Packed>& packed) {
  Fetched out;
  out.name = "manifest.json";
  out.format = "misp-feed";
  out.read = [folder, packed, entries = std::move(entries)](const TakePiece& take) -> Status {
    Status taken;
    TRY(*packed, feed::pack(
                     entries,
                     [&](const std::string& file) -> Result<std::string> {
                       TRY_STATUS(taken);
                       return folder->read(file);
                     },
                     [&](std::string_view bytes) {
                       if (taken) taken = take(bytes);
                     }));
    return taken;
  };
  return out;
}

/// Stands for the whole manifest: another event, or another version of one, is another number.
Instant fingerprint(const std::vector<feed::Entry>& entries) {
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  for (const auto& entry : entries) hasher.update(word_of(entry)).update("\n");
  const auto digest = hasher.finish();
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 7; ++i) number = number << 8 | digest[i];
  return {number};
}

/// What is to be read: all of it for a complete list that changed anywhere, else what changed.
Result<std::vector<feed::Entry>> wanted_of(const Trip& trip, std::vector<feed::Entry> all) {
  if (trip.source.terms.complete) {
    TRY(const Instant before, trip.memory.position());
    if (before && before == fingerprint(all)) all.clear();
    return all;
  }
  std::vector<feed::Entry> out;
  for (auto& entry : all) {
    TRY(const bool known, trip.memory.knows(word_of(entry)));
    if (!known) out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) {
    return trip.newest_first ? a.timestamp > b.timestamp : a.timestamp < b.timestamp;
  });
  return out;
}

/// Keeps what was really there; what the folder lacks, or has in another version than the manifest
/// promises, is asked for again. Says whether nothing was lacking.
Result<bool> keep_read(const Trip& trip, const std::vector<feed::Entry>& entries,
                       const feed::Packed& packed) {
  const auto among = [](const std::vector<std::string>& uuids, const std::string& uuid) {
    return std::find(uuids.begin(), uuids.end(), uuid) != uuids.end();
  };
  bool whole = true;
  for (const auto& entry : entries) {
    const bool lacks = among(packed.missing, entry.uuid) || among(packed.different, entry.uuid);
    whole = whole && !lacks;
    if (!lacks) TRY_STATUS(trip.memory.keep(word_of(entry)));
  }
  return whole;
}

}  // namespace

Result<Tags> supply_misp_feed(const Trip& trip) {
  TRY(std::shared_ptr<Folder> folder, Folder::open(trip));
  TRY(const Fetched manifest, folder->manifest(trip.source));
  if (manifest.unchanged) return Tags{trip.source.etag, trip.source.last_modified};
  std::string text;
  TRY_STATUS(manifest.read([&](std::string_view piece) -> Status {
    text += piece;
    return {};
  }));
  TRY(auto entries, feed::read_manifest(text));
  if (const auto hashes = folder->read("hashes.csv")) feed::read_hashes(*hashes, entries);
  const Instant print = fingerprint(entries);
  TRY(const auto wanted, wanted_of(trip, std::move(entries)));
  const std::size_t group =
      trip.source.terms.complete ? std::max<std::size_t>(wanted.size(), 1) : kGroupEvents;
  bool whole = true;
  for (std::size_t at = 0; at < wanted.size(); at += group) {
    const std::size_t end = std::min(at + group, wanted.size());
    const std::vector<feed::Entry> some(wanted.begin() + static_cast<std::ptrdiff_t>(at),
                                        wanted.begin() + static_cast<std::ptrdiff_t>(end));
    const auto packed = std::make_shared<feed::Packed>();
    TRY(const bool more, trip.take(stream_of(folder, some, packed)));
    if (!more) return Tags{};
    TRY(const bool all, keep_read(trip, some, *packed));
    whole = whole && all;
  }
  if (!whole) return Tags{};  // asked for again although the manifest is the same
  if (trip.source.terms.complete) TRY_STATUS(trip.memory.set_position(print));
  return Tags{manifest.etag, manifest.last_modified};
}

}  // namespace tocsin::sources
