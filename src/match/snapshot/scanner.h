// Payload literals of a snapshot (W17-15), looked for in bytes: all of them in one pass.
//
// A snapshot carries literals as text. What they are compiled to is never taken from a file of
// somebody else: it is a program for this processor, and the library runs it unchecked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "match/snapshot/literal_hits.h"
#include "match/snapshot/snapshot.h"

struct hs_scratch;
struct hs_stream;

namespace tocsin::match::snapshot {

/// How bytes come: each call a whole of its own, or pieces of one stream that literals may cross.
enum class ScanMode : std::uint8_t { kBlock, kStream };

/// Where what was compiled may be kept beside a snapshot.
std::filesystem::path literal_cache_path(const std::filesystem::path& snapshot, ScanMode mode);

/// Immutable; any number of threads, each with a Scratch of its own.
class LiteralScanner {
 public:
  /// Compiles (a second for some 30,000 literals), or takes `cache` when it was written by this
  /// user, for these literals, this library and this processor. Otherwise `cache` is written, if
  /// it can be; empty: none. Errors: kCorrupt when the list in the snapshot is damaged,
  /// kUnavailable when the processor lacks the instructions.
  static Result<std::shared_ptr<const LiteralScanner>> make(
      std::shared_ptr<const Snapshot> snapshot, ScanMode mode,
      const std::filesystem::path& cache = {});
  ~LiteralScanner();
  LiteralScanner(const LiteralScanner&) = delete;

  /// Memory for one thread; of one scanner.
  class Scratch {
   public:
    Scratch(Scratch&&) noexcept = default;
    Scratch& operator=(Scratch&&) noexcept = default;

   private:
    friend class LiteralScanner;
    struct Free {
      void operator()(hs_scratch* scratch) const;
    };
    explicit Scratch(hs_scratch* scratch) : scratch_(scratch) {}
    std::unique_ptr<hs_scratch, Free> scratch_;
  };
  Result<Scratch> scratch() const;

  /// Of a scanner made for blocks. False when `visit` ended it. kTooLarge beyond 4 GiB.
  Result<bool> scan(std::string_view block, Scratch& scratch, const LiteralVisit& visit) const;

  /// One stream of a scanner made for streams, which must outlive it.
  class Stream {
   public:
    Stream(Stream&&) noexcept = default;
    Stream& operator=(Stream&&) noexcept = default;
    /// The next piece. False when `visit` ended it, now or earlier.
    Result<bool> feed(std::string_view piece, Scratch& scratch, const LiteralVisit& visit);

   private:
    friend class LiteralScanner;
    struct Close {
      void operator()(hs_stream* stream) const;
    };
    Stream(LiteralHits hits, hs_stream* stream) : hits_(std::move(hits)), stream_(stream) {}
    LiteralHits hits_;
    bool ended_ = false;
    std::unique_ptr<hs_stream, Close> stream_;
  };
  Result<Stream> stream() const;

  std::uint32_t size() const;
  /// Canonical text of a literal; of the snapshot, which the scanner keeps.
  std::string_view text(std::uint32_t literal) const;
  /// The indicator, for Snapshot::record(); kNoOrdinal when the snapshot is damaged.
  std::uint32_t ordinal(std::uint32_t literal) const;
  const Snapshot& snapshot() const;
  bool from_cache() const;

 private:
  struct State;
  explicit LiteralScanner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::match::snapshot
