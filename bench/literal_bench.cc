// Payload literals: what compiling them costs, how fast a reader is ready from what was compiled
// before, and how much payload a second is scanned. Usage: bench_literals [folder for the files]

#include "base/text.h"
#include "match/literal.h"
#include "match/snapshot/scanner.h"
#include "snapshot_rows.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

constexpr std::size_t kPayload = 16U << 20;
constexpr std::size_t kPacket = 1460;
constexpr std::size_t kBlock = 64U << 10;

/// Headers, paths and bytes as rules have them: 8 to 40 bytes, every third without case.
std::string literal(std::uint64_t number) {
  const std::uint64_t r = mixed(number ^ 0x5555);
  const std::string text = number % 4 == 0   ? "GET /" + hex_text(number, 6) + "/gate.php?id="
                           : number % 4 == 1 ? "Host: " + domain_name(number)
                           : number % 4 == 2 ? "cmd=" + hex_text(number, 8 + r % 16)
                                             : *unhex(hex_text(number, 16 + 2 * (r % 8)));
  const std::string form = match::to_string({text, false}) + (number % 3 == 0 ? " nocase" : "");
  return match::to_string(must(match::parse_literal(form), "literal"));
}

/// Requests as traffic has them, with one of the literals in every hundredth.
std::string payload(std::uint64_t literals) {
  std::string out;
  for (std::uint64_t i = 0; out.size() < kPayload; ++i) {
    out += "GET /" + hex_text(i, 8 + i % 24) + "/index.html HTTP/1.1\r\nHost: www." +
           domain_name(i * 7 + 3) + "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n";
    if (i % 100 == 0) out += must(match::parse_literal(literal(mixed(i) % literals)), "text").bytes;
    for (std::uint64_t k = 0; k < 80; ++k) {
      const std::uint64_t word = mixed(i * 80 + k);
      out.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
  }
  out.resize(kPayload);
  return out;
}

double gigabytes_a_second(std::string_view bytes, std::size_t piece,
                          const std::function<void(std::string_view)>& scan) {
  return 1e-3 * rate(bytes.size(), [&] {
           for (std::size_t at = 0; at < bytes.size(); at += piece) scan(bytes.substr(at, piece));
         });
}

Json measure(std::uint64_t count, const std::filesystem::path& folder) {
  const auto path = folder / "literals";
  ss::BuildOptions options;
  options.seed = {1};
  ss::Builder builder(path, options);
  for (std::uint64_t i = 0; i < count; ++i) {
    ss::Row row;
    row.indicator = {K::kLiteral, literal(i)};
    if (const auto added = builder.add(row); !added) std::exit(1);
  }
  must(builder.finish(), "build");
  const auto snapshot = must(ss::Snapshot::open(path), "open");
  const auto cache = ss::literal_cache_path(path, ss::ScanMode::kBlock);
  std::filesystem::remove(cache);
  Timer timer;
  must(ss::LiteralScanner::make(snapshot, ss::ScanMode::kBlock), "compile");
  const double compile_s = timer.cpu_s();
  must(ss::LiteralScanner::make(snapshot, ss::ScanMode::kBlock, cache), "compile");
  timer = Timer();
  const auto again = must(ss::Snapshot::open(path), "open");
  const auto blocks = must(ss::LiteralScanner::make(again, ss::ScanMode::kBlock, cache), "cache");
  const double ready_s = timer.cpu_s();
  if (!blocks->from_cache()) std::exit(1);
  const auto streams = must(ss::LiteralScanner::make(again, ss::ScanMode::kStream), "compile");
  const std::string bytes = payload(count);
  std::uint64_t hits = 0;
  const ss::LiteralVisit visit = [&](const ss::LiteralHit&) { return ++hits > 0; };
  auto scratch = must(blocks->scratch(), "scratch");
  const auto block = [&](std::string_view piece) {
    must(blocks->scan(piece, scratch, visit), "scan");
  };
  const double packets = gigabytes_a_second(bytes, kPacket, block);
  const double large = gigabytes_a_second(bytes, kBlock, block);
  auto stream_scratch = must(streams->scratch(), "scratch");
  auto stream = must(streams->stream(), "stream");
  hits = 0;
  const double streamed = gigabytes_a_second(bytes, kPacket, [&](std::string_view piece) {
    must(stream.feed(piece, stream_scratch, visit), "scan");
  });
  const auto cache_bytes = static_cast<std::int64_t>(std::filesystem::file_size(cache));
  fmt::print(
      "{} literals: compiled in {:.3f} s; ready from snapshot and compiled file ({} KiB) in {:.4f} "
      "s; packets of {} bytes {:.2f} GB/s, blocks of 64 KiB {:.2f}, one stream of packets {:.2f}\n",
      count, compile_s, cache_bytes >> 10, ready_s, kPacket, packets, large, streamed);
  return Json::object({{"compile_cpu_s", compile_s},
                       {"ready_cpu_s", ready_s},
                       {"compiled_bytes", cache_bytes},
                       {"packets_gb_s", packets},
                       {"blocks_gb_s", large},
                       {"stream_gb_s", streamed},
                       {"hits", hits}});
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[folder for the files]")) return 2;
  const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  Json result = machine_facts(SystemClock());
  for (const std::uint64_t count : {100U, 1'000U, 10'000U, 100'000U}) {
    result.set(fmt::format("literals_{}", count), measure(count, folder));
  }
  save("bench_literals", result);
  return 0;
}
