// What the DNS channel costs: memory of a large zone, its transfer to unbound, and the time from a
// change until a client of unbound sees the block, with the large zone loaded beside the small one.
// Usage: dns_latency [names in the base zone] [rounds]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

#include "../tests/peers/resolvers.h"
#include "enforce/dns/memory_zone.h"
#include "enforce/dns/primary.h"
#include "enforce/dns/rpz.h"

namespace {

using namespace tocsin;
using namespace tocsin::enforce::dns;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

double ms_since(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

double cpu_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

long resident_kb(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/statm");
  long pages = 0;
  in >> pages >> pages;
  return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

Apex apex_of(const std::string& zone) {
  Apex apex;
  apex.zone = zone;
  return apex;
}

std::string base_name(int i) { return "n" + std::to_string(i) + ".malware-host.example"; }

void fill(MemoryZones& zones, int names) {
  const long before = resident_kb(::getpid());
  std::size_t records = 0;
  {
    std::vector<Record> all;
    all.reserve(static_cast<std::size_t>(names));
    for (int i = 0; i < names; ++i) {
      const auto rendered = render_name(RpzEntry{base_name(i), true, false}, "base.tocsin", 30);
      all.insert(all.end(), rendered->begin(), rendered->end());
    }
    records = all.size();
    if (!zones.add_zone(apex_of("base.tocsin"), 1, all)) std::abort();
  }
  const auto held = static_cast<double>(zones.memory_bytes("base.tocsin"));
  std::printf(
      "base zone: %zu records, %.1f B a record held, resident +%ld KiB with scratch space\n",
      records, held / static_cast<double>(records), resident_kb(::getpid()) - before);
}

struct Latencies {
  std::vector<double> add;
  std::vector<double> lift;
};

void report(const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double part) {
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
  };
  std::printf("%s: median %.2f ms, p95 %.2f ms, worst %.2f ms (%zu rounds)\n", what, at(0.5),
              at(0.95), values.back(), values.size());
}

double until(const Endpoint& resolver, const std::string& name, int rcode,
             Steady::time_point start) {
  while (peers::rcode_of(resolver, name) != rcode) {
    if (ms_since(start) > 10'000) std::abort();
  }
  return ms_since(start);
}

Latencies measure(MemoryZones& zones, Primary& primary, const std::string& zone,
                  const Endpoint& resolver, int rounds) {
  Latencies out;
  std::uint32_t serial = zones.view(zone)->serial();
  for (int i = 0; i < rounds; ++i) {
    const std::string name = "evil" + std::to_string(i) + ".example";
    const auto records = *render_name({name}, zone, 30);
    std::this_thread::sleep_for(30ms);  // changes come singly; a storm is thinned (NotifyTiming)
    peers::rcode_of(resolver, name);    // in the resolver's cache, as a name in use would be
    auto start = Steady::now();
    if (!zones.apply(zone, ++serial, {}, records)) std::abort();
    primary.notify(zone);
    out.add.push_back(until(resolver, name, kNxDomain, start));
    std::this_thread::sleep_for(30ms);
    start = Steady::now();
    if (!zones.apply(zone, ++serial, records, {})) std::abort();
    primary.notify(zone);
    out.lift.push_back(until(resolver, name, kNoError, start));
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int names = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  if (!peers::Unbound::installed()) {
    std::fprintf(stderr, "unbound is not installed\n");
    return 1;
  }
  SystemClock clock;
  MemoryZones zones;
  if (!zones.add_zone(apex_of("hot.tocsin"), 1, {})) return 1;
  fill(zones, names);

  peers::Internet internet(std::map<std::string, std::string>{{"example", "192.0.2.66"}});
  const std::uint16_t port = peers::free_port("127.0.0.10");
  const Endpoint at = *Endpoint::make("127.0.0.10", port);
  peers::Unbound unbound(at, {"hot.tocsin", "base.tocsin"}, internet.at());
  std::this_thread::sleep_for(200ms);

  PrimaryOptions options;
  options.address = "127.0.0.10";
  options.port = port;
  Secondary secondary;
  secondary.name = "unbound";
  secondary.notify = unbound.at();
  secondary.more_sources = {*Endpoint::make("127.0.0.1", 0)};
  secondary.zones = {"hot.tocsin", "base.tocsin"};
  options.secondaries = {secondary};
  const double cpu_before = cpu_ms();
  const auto start = Steady::now();
  auto primary = Primary::start(options, zones, clock);
  if (!primary) return 1;
  const bool sent = peers::eventually(
      [&] {
        const auto states = (*primary)->peers();
        return std::all_of(states.begin(), states.end(),
                           [](const PeerState& state) { return state.acknowledged == 1U; });
      },
      120s);
  const double sent_ms = ms_since(start);
  const double cpu = cpu_ms() - cpu_before;
  const std::string last = base_name(names - 1);
  if (!sent ||
      !peers::eventually([&] { return peers::rcode_of(unbound.at(), last) == kNxDomain; }, 120s)) {
    std::fprintf(stderr, "the base zone did not arrive\n%s\n", unbound.log().c_str());
    return 1;
  }
  std::printf("AXFR of %d names: sent and confirmed %.2f s, applied %.2f s, our CPU %.2f s\n",
              names, sent_ms / 1e3, ms_since(start) / 1e3, cpu / 1e3);
  std::printf("unbound resident: %ld MiB\n", resident_kb(unbound.process().pid()) / 1024);

  const Latencies hot = measure(zones, **primary, "hot.tocsin", unbound.at(), rounds);
  report("block, hot zone ", hot.add);
  report("lift,  hot zone ", hot.lift);
  const Latencies base = measure(zones, **primary, "base.tocsin", unbound.at(), rounds);
  report("block, base zone", base.add);
  report("lift,  base zone", base.lift);
  return 0;
}
