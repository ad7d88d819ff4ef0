#include "match/snapshot/scanner.h"

#include <cstdlib>
#include <fcntl.h>
#include <hs.h>
#include <limits>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <vector>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/text.h"
#include "match/literal.h"

namespace tocsin::match::snapshot {
namespace {

constexpr std::string_view kCacheMagic = "TSNLIT1\n";
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kCacheHead = kCacheMagic.size() + 2 * kDigestBytes;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

unsigned hs_mode(ScanMode mode) {
  return mode == ScanMode::kBlock ? HS_MODE_BLOCK : HS_MODE_STREAM;
}

tl::unexpected<Error> failed(const char* what, const char* what_zh, hs_error_t error) {
  return fail_bi(Code::kInternal,
                 std::string("cannot ") + what + " (vectorscan " + std::to_string(error) + ")",
                 std::string("无法") + what_zh + "（vectorscan " + std::to_string(error) + "）",
                 "literals");
}

std::string digest_text(const crypto::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A literal as an expression. The library's interface for literals takes one that begins with a
/// zero byte for an empty one; the databases of both are the same.
std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += "\\x" + hex(std::string_view(&c, 1));
  return out;
}

/// What the cache must have been compiled from, and by what.
std::string cache_key(std::string_view section, ScanMode mode) {
  const std::string by = std::string(hs_version()) + '\n';
  return digest_text(crypto::sha256_tagged(static_cast<unsigned char>(mode), by, section));
}

/// Bytes that nobody but this user can have written. Whoever can write such a file runs our
/// programs anyway; everybody else's file is not looked at.
std::optional<Mapping> own_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() ||
      (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
      status.st_size <= static_cast<off_t>(kCacheHead)) {
    return std::nullopt;
  }
  auto mapping = Mapping::of_open_file(fd.get(), static_cast<std::size_t>(status.st_size), path);
  if (!mapping) return std::nullopt;
  return std::move(*mapping);
}

/// Nothing when it is of other literals, of another library or processor, or damaged.
Database from_cache_file(const std::filesystem::path& path, std::string_view key) {
  const auto file = own_file(path);
  if (!file) return nullptr;
  const std::string_view bytes = file->bytes();
  const std::string_view database = bytes.substr(kCacheHead);
  const std::string head =
      std::string(kCacheMagic) + std::string(key) + digest_text(crypto::sha256(database));
  if (bytes.substr(0, kCacheHead) != head) return nullptr;
  hs_database_t* out = nullptr;
  if (hs_deserialize_database(database.data(), database.size(), &out) != HS_SUCCESS) return nullptr;
  return Database(out);
}

/// A cache that cannot be written costs the next one the time to compile, and nothing else.
void write_cache(const std::filesystem::path& path, const std::string& key,
                 const hs_database_t* database) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return;
  const std::unique_ptr<char, void (*)(void*)> owner(bytes, std::free);  // the library's malloc()
  const std::string_view serialized(bytes, size);
  std::string file = std::string(kCacheMagic) + key + digest_text(crypto::sha256(serialized));
  file += serialized;
  std::ignore = write_file(path, file, 0600);
}

}  // namespace

struct LiteralScanner::State {
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<std::string_view> texts;
  std::vector<Literal> literals;
  Database database;  ///< none when there are no literals
  bool from_cache = false;

  Status read(std::shared_ptr<const Snapshot> from);
  Status compile(ScanMode mode);
};

namespace {

struct Visiting {
  const std::vector<Literal>& literals;
  const LiteralVisit& visit;
};

int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  const auto& visiting = *static_cast<const Visiting*>(context);
  const std::uint64_t length = visiting.literals[id].bytes.size();
  return visiting.visit({id, to - length, to}) ? 0 : 1;
}

Result<bool> outcome(hs_error_t error) {
  if (error == HS_SUCCESS) return true;
  if (error == HS_SCAN_TERMINATED) return false;
  return failed("look for literals", "查找载荷特征", error);
}

Result<unsigned> scan_size(std::string_view bytes) {
  if (bytes.size() <= std::numeric_limits<unsigned>::max()) {
    return static_cast<unsigned>(bytes.size());
  }
  return fail_bi(Code::kTooLarge, "At most 4 GiB are scanned at once", "一次最多扫描4 GiB",
                 "literals");
}

}  // namespace

Status LiteralScanner::State::read(std::shared_ptr<const Snapshot> from) {
  snapshot = std::move(from);
  texts = snapshot->literals();
  bool sound = texts.size() <= kMaxLiterals;
  for (std::size_t i = 0; sound && i < texts.size(); ++i) {
    auto literal = parse_literal(texts[i]);
    sound = literal && to_string(*literal) == texts[i];
    if (sound) literals.push_back(std::move(*literal));
  }
  if (sound) return {};
  return fail_bi(Code::kCorrupt, "The snapshot is damaged: its literals are no literals",
                 "快照已损坏：载荷特征列表无效", "snapshot");
}

Status LiteralScanner::State::compile(ScanMode mode) {
  std::vector<std::string> expressions;
  std::vector<const char*> starts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (const Literal& literal : literals) expressions.push_back(escaped(literal.bytes));
  for (const Literal& literal : literals) {
    const std::size_t number = starts.size();
    starts.push_back(expressions[number].c_str());
    ids.push_back(static_cast<unsigned>(number));
    flags.push_back(literal.nocase ? HS_FLAG_CASELESS : 0U);
  }
  hs_database_t* out = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t result =
      hs_compile_multi(starts.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(starts.size()), hs_mode(mode), nullptr, &out, &error);
  hs_free_compile_error(error);
  if (result != HS_SUCCESS) return failed("compile the literals", "编译载荷特征", result);
  database.reset(out);
  return {};
}

LiteralScanner::LiteralScanner(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiteralScanner::~LiteralScanner() = default;

std::filesystem::path literal_cache_path(const std::filesystem::path& snapshot, ScanMode mode) {
  std::filesystem::path out = snapshot;
  return out += mode == ScanMode::kBlock ? ".literals-block" : ".literals-stream";
}

Result<std::shared_ptr<const LiteralScanner>> LiteralScanner::make(
    std::shared_ptr<const Snapshot> snapshot, ScanMode mode, const std::filesystem::path& cache) {
  struct Constructible final : LiteralScanner {
    explicit Constructible(std::unique_ptr<State> state) : LiteralScanner(std::move(state)) {}
  };
  if (hs_valid_platform() != HS_SUCCESS) {
    return fail_bi(Code::kUnavailable, "This processor lacks the instructions to look for literals",
                   "本机处理器缺少查找载荷特征所需的指令", "literals");
  }
  auto state = std::make_unique<State>();
  TRY_STATUS(state->read(std::move(snapshot)));
  if (!state->literals.empty()) {
    const std::string key =
        cache_key(state->snapshot->image().section(section_of(Shared::kLiterals)), mode);
    if (!cache.empty()) state->database = from_cache_file(cache, key);
    state->from_cache = state->database != nullptr;
    if (!state->from_cache) {
      TRY_STATUS(state->compile(mode));
      if (!cache.empty()) write_cache(cache, key, state->database.get());
    }
  }
  return std::make_shared<const Constructible>(std::move(state));
}

void LiteralScanner::Scratch::Free::operator()(hs_scratch* scratch) const {
  hs_free_scratch(scratch);
}

void LiteralScanner::Stream::Close::operator()(hs_stream* stream) const {
  // Without scratch and callback: matches are reported while bytes come, none waits for the end.
  hs_close_stream(stream, nullptr, nullptr, nullptr);
}

Result<LiteralScanner::Scratch> LiteralScanner::scratch() const {
  hs_scratch_t* out = nullptr;
  if (state_->database) {
    const hs_error_t error = hs_alloc_scratch(state_->database.get(), &out);
    if (error != HS_SUCCESS) return failed("reserve memory for a scan", "分配扫描内存", error);
  }
  return Scratch(out);
}

Result<bool> LiteralScanner::scan(std::string_view block, Scratch& scratch,
                                  const LiteralVisit& visit) const {
  if (!state_->database || block.empty()) return true;
  TRY(const unsigned size, scan_size(block));
  Visiting visiting{state_->literals, visit};
  return outcome(hs_scan(state_->database.get(), block.data(), size, 0, scratch.scratch_.get(),
                         on_match, &visiting));
}

Result<LiteralScanner::Stream> LiteralScanner::stream() const {
  hs_stream_t* out = nullptr;
  if (state_->database) {
    const hs_error_t error = hs_open_stream(state_->database.get(), 0, &out);
    if (error != HS_SUCCESS) return failed("open a stream", "打开数据流", error);
  }
  return Stream(*this, out);
}

Result<bool> LiteralScanner::Stream::feed(std::string_view piece, Scratch& scratch,
                                          const LiteralVisit& visit) {
  if (!stream_ || piece.empty()) return true;
  TRY(const unsigned size, scan_size(piece));
  Visiting visiting{scanner_->state_->literals, visit};
  return outcome(hs_scan_stream(stream_.get(), piece.data(), size, 0, scratch.scratch_.get(),
                                on_match, &visiting));
}

std::uint32_t LiteralScanner::size() const {
  return static_cast<std::uint32_t>(state_->texts.size());
}

std::string_view LiteralScanner::text(std::uint32_t literal) const {
  return state_->texts.at(literal);
}

std::uint32_t LiteralScanner::ordinal(std::uint32_t literal) const {
  Query query;
  query.kind = model::IndicatorKind::kLiteral;
  query.text = text(literal);
  return state_->snapshot->lookup_one(query).ordinal;
}

const Snapshot& LiteralScanner::snapshot() const { return *state_->snapshot; }

bool LiteralScanner::from_cache() const { return state_->from_cache; }

}  // namespace tocsin::match::snapshot
