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
#include "match/snapshot/literal_heads.h"

namespace tocsin::match::snapshot {
namespace {

constexpr std::string_view kCacheMagic = "TSNLIT2\n";
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

/// What the literals became: the database, and how much of each it looks for.
struct Compiled {
  Database database;  ///< none when there are no literals
  std::vector<std::uint8_t> heads;
};

/// Without a database when it is of other literals, of another library or processor, or damaged.
Compiled from_cache_file(const std::filesystem::path& path, std::string_view key,
                         const std::vector<Literal>& literals) {
  const auto file = own_file(path);
  if (!file || file->bytes().size() < kCacheHead + literals.size()) return {};
  const std::string_view bytes = file->bytes();
  const std::string_view body = bytes.substr(kCacheHead);
  const std::string head =
      std::string(kCacheMagic) + std::string(key) + digest_text(crypto::sha256(body));
  if (bytes.substr(0, kCacheHead) != head) return {};
  const std::size_t size = body.size() - literals.size();
  Compiled out;
  out.heads.assign(body.begin() + static_cast<std::ptrdiff_t>(size), body.end());
  if (!are_heads(out.heads, literals)) return {};
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(body.data(), size, &database) != HS_SUCCESS) return {};
  out.database.reset(database);
  return out;
}

/// A cache that cannot be written costs the next one the time to compile, and nothing else.
void write_cache(const std::filesystem::path& path, const std::string& key,
                 const Compiled& compiled) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(compiled.database.get(), &bytes, &size) != HS_SUCCESS) return;
  const std::unique_ptr<char, void (*)(void*)> owner(bytes, std::free);  // the library's malloc()
  std::string body(bytes, size);
  body.append(compiled.heads.begin(), compiled.heads.end());
  const std::string file =
      std::string(kCacheMagic) + key + digest_text(crypto::sha256(body)) + body;
  std::ignore = write_file(path, file, 0600);
}

}  // namespace

struct LiteralScanner::State {
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<std::string_view> texts;
  std::vector<Literal> literals;
  Compiled compiled;
  bool from_cache = false;

  Status read(std::shared_ptr<const Snapshot> from);
  Status compile(ScanMode mode);
};

namespace {

int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  return static_cast<LiteralHits*>(context)->head(id, to) ? 0 : 1;
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
  compiled.heads = heads_of(literals);
  for (std::size_t i = 0; i < literals.size(); ++i) {
    expressions.push_back(
        escaped(std::string_view(literals[i].bytes).substr(0, compiled.heads[i])));
  }
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
  compiled.database.reset(out);
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
    if (!cache.empty()) state->compiled = from_cache_file(cache, key, state->literals);
    state->from_cache = state->compiled.database != nullptr;
    if (!state->from_cache) {
      TRY_STATUS(state->compile(mode));
      if (!cache.empty()) write_cache(cache, key, state->compiled);
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
  if (const auto& database = state_->compiled.database) {
    const hs_error_t error = hs_alloc_scratch(database.get(), &out);
    if (error != HS_SUCCESS) return failed("reserve memory for a scan", "分配扫描内存", error);
  }
  return Scratch(out);
}

Result<bool> LiteralScanner::scan(std::string_view block, Scratch& scratch,
                                  const LiteralVisit& visit) const {
  const auto& [database, heads] = state_->compiled;
  if (!database || block.empty()) return true;
  TRY(const unsigned size, scan_size(block));
  LiteralHits hits(state_->literals, heads);
  hits.begin(block, visit);
  TRY(const bool going, outcome(hs_scan(database.get(), block.data(), size, 0,
                                        scratch.scratch_.get(), on_match, &hits)));
  return going && hits.finish();
}

Result<LiteralScanner::Stream> LiteralScanner::stream() const {
  hs_stream_t* out = nullptr;
  const auto& [database, heads] = state_->compiled;
  if (database) {
    const hs_error_t error = hs_open_stream(database.get(), 0, &out);
    if (error != HS_SUCCESS) return failed("open a stream", "打开数据流", error);
  }
  return Stream(LiteralHits(state_->literals, heads), out);
}

Result<bool> LiteralScanner::Stream::feed(std::string_view piece, Scratch& scratch,
                                          const LiteralVisit& visit) {
  if (ended_) return false;
  if (!stream_ || piece.empty()) return true;
  TRY(const unsigned size, scan_size(piece));
  hits_.begin(piece, visit);
  TRY(const bool going, outcome(hs_scan_stream(stream_.get(), piece.data(), size, 0,
                                               scratch.scratch_.get(), on_match, &hits_)));
  ended_ = !going || !hits_.finish();
  return !ended_;
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
