// The whole loop with nothing played: a hub, its HTTP interface with tokens, signed notices, the
// list, and a real unbound with exactly the configuration that Tocsin prints. Measured is the time
// from sending the approval until the operator's resolver refuses the name.
// Usage: bench_loop [entries on the list already] [rounds] [lifts]
#include <algorithm>
#include <malloc.h>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "desk/registry.h"
#include "feeds.h"
#include "hub/hub.h"
#include "intake/importer.h"
#include "loop_stage.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;
using namespace std::chrono_literals;

double ms_between(Steady::time_point from, Steady::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

/// Milliseconds of many rounds.
struct Times {
  std::vector<double> ms;
  Json summary(const char* what) {
    if (ms.empty()) return {};
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double part) {
      return ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))];
    };
    fmt::print("  {:<44} median {:7.2f}  p95 {:7.2f}  worst {:7.2f} ms  ({} rounds)\n", what,
               at(0.5), at(0.95), ms.back(), ms.size());
    return Json::object({{"median_ms", at(0.5)},
                         {"p95_ms", at(0.95)},
                         {"worst_ms", ms.back()},
                         {"rounds", static_cast<std::int64_t>(ms.size())}});
  }
};

struct Series {
  Times answered;  ///< the HTTP answer: signed, journaled, durable
  Times told;      ///< NOTIFY at the resolver's door
  Times resolver;  ///< from NOTIFY until its clients see the change
  Times whole;
  Json summary(const char* what) {
    fmt::print("{}\n", what);
    return Json::object({{"whole", whole.summary("request -> seen by a client of the resolver")},
                         {"answered", answered.summary("request -> answered, durable")},
                         {"told", told.summary("request -> NOTIFY sent (hub's part)")},
                         {"resolver", resolver.summary("NOTIFY -> seen (resolver's part)")}});
  }
};

class Loop {
 public:
  Loop(const std::string& hub, const Tokens& tokens, const dns::Endpoint& resolver,
       Listener& listener)
      : hub_(hub), tokens_(tokens), resolver_(resolver), listener_(listener) {}

  /// Submission, delegation, determination, then the measured review; the task's id.
  std::string block(const std::string& name) {
    const std::string id =
        as("finder")
            .post("/api/v1/threats", Json::object({{"class", "malicious-resource"},
                                                   {"subtype", "c2-server"},
                                                   {"title", "Command server"},
                                                   {"indicators", Json::array({name})},
                                                   {"evidence", evidence()}}))
            .str("id");
    as("reviewer").post("/api/v1/threats/" + id + "/delegation", Json::object({{"body", "cert"}}));
    as("identifier")
        .post("/api/v1/threats/" + id + "/determination",
              Json::object({{"threat_name", "Botnet/Bench.a"},
                            {"reason", "it answers the bots"},
                            {"evidence", evidence()},
                            {"proposals", Json::array({Json::object({{"measure", "block"},
                                                                     {"addressee", "op-a"},
                                                                     {"limit", "24h"}})})}}));
    const Json done =
        measured(blocks, name, dns::kNxDomain, "reviewer", "/api/v1/threats/" + id + "/review",
                 Json::object({{"reason", "agreed"}, {"notify", true}}));
    return done["tasks"].items().at(0).as_string();
  }

  /// An appeal that is upheld; measured is the ruling.
  void lift(const std::string& task, const std::string& name) {
    const std::string id =
        as("owner")
            .post("/api/v1/appeals",
                  Json::object({{"task", task},
                                {"grounds", "the site was cleaned"},
                                {"appellant", Json::object({{"name", "owner"},
                                                            {"contact", "owner@mail.example"},
                                                            {"interest", "holder"}})}}))
            .str("id");
    const std::string appeal = "/api/v1/appeals/" + id;
    as("checker").post(appeal + "/admission", Json::object({{"admit", true}}));
    as("checker").post(appeal + "/check", Json::object({{"reason", "looked at"}}));
    measured(lifts, name, dns::kNoError, "checker", appeal + "/ruling",
             Json::object({{"ruling", "upheld"}, {"reason", "it was cleaned"}}));
  }

  Series blocks;
  Series lifts;

  /// The same blocks while `work` goes on beside them: what the one writer's queue costs.
  template <typename Work>
  Series blocks_beside(Work work, int rounds) {
    Series quiet = std::exchange(blocks, {});
    std::thread beside(work);
    for (int i = 0; i < rounds; ++i) block("busy" + std::to_string(i) + ".example");
    beside.join();
    return std::exchange(blocks, std::move(quiet));
  }

 private:
  static Json evidence() {
    return Json::array({Json::object({{"title", "seen"}, {"content", "pcap of the beacon"}})});
  }

  Person& as(const std::string& login) {
    auto& person = people_[login];
    if (!person) person = std::make_unique<Person>(hub_, tokens_.at(login));
    return *person;
  }

  /// Sends the request and asks the resolver every half millisecond until it answers `rcode`.
  Json measured(Series& series, const std::string& name, int rcode, const std::string& login,
                const std::string& path, const Json& body) {
    std::this_thread::sleep_for(40ms);  // changes come singly; a storm is thinned (NotifyTiming)
    peers::rcode_of(resolver_, name);   // in the resolver's cache, as a name in use would be
    const std::uint32_t before = listener_.newest();
    Person& person = as(login);
    Json answer;
    Steady::time_point answered;
    const auto start = Steady::now();
    std::thread request([&] {
      answer = person.post(path, body);
      answered = Steady::now();
    });
    while (peers::rcode_of(resolver_, name) != rcode) {
      if (Steady::now() - start > 20s) {
        fmt::print(stderr, "{} did not change within 20 s\n", name);
        std::exit(1);
      }
      std::this_thread::sleep_for(500us);
    }
    const auto seen = Steady::now();
    request.join();
    const auto told = listener_.first_after(before);
    series.whole.ms.push_back(ms_between(start, seen));
    series.answered.ms.push_back(ms_between(start, answered));
    if (told) {
      series.told.ms.push_back(ms_between(start, *told));
      series.resolver.ms.push_back(ms_between(*told, seen));
    }
    return answer;
  }

  const std::string hub_;
  const Tokens tokens_;
  const dns::Endpoint resolver_;
  Listener& listener_;
  std::map<std::string, std::unique_ptr<Person>> people_;
};

/// Generated feeds, one after the other, into the hub's own store.
std::int64_t import_feeds(store::Store& store, const Clock& clock) {
  IdSource ids(clock);
  std::int64_t lines = 0;
  for (const auto& file : generated_feeds()) {
    intake::ImportRequest request;
    request.source = file.source;
    request.file_name = file.name;
    request.by = {"usr_bench", "org_bench", {}, {}};
    auto importer = must(intake::Importer::start(store, clock, ids, request), "import");
    must(importer->feed(file.bytes), "import");
    lines += must(importer->finish(), "import").lines;
  }
  return lines;
}

std::unique_ptr<hub::Hub> start_hub(const hub::HubOptions& options, const Clock& clock,
                                    const char* what, Json& result) {
  ::malloc_trim(0);
  reset_peak();
  const double before = memory_mib("VmRSS");
  const auto start = Steady::now();
  auto hub = must(hub::Hub::start(options, clock), "hub");
  const double took = seconds_since(start);
  fmt::print("{}: start {:.2f} s, resident {:.0f} MiB (the program alone {:.0f}), peak {:.0f}\n",
             what, took, memory_mib("VmRSS"), before, memory_mib("VmHWM"));
  result.set(what, Json::object({{"start_s", took},
                                 {"rss_before_mib", before},
                                 {"rss_mib", memory_mib("VmRSS")},
                                 {"peak_mib", memory_mib("VmHWM")}}));
  return hub;
}

void wait_for_zone(peers::Unbound& unbound, int entries, Json& result) {
  const auto start = Steady::now();
  unbound.start();
  const std::string last = entries > 0 ? seeded_name(entries - 1) : "canary.tocsin.example";
  const bool there = peers::eventually(
      [&] {
        return peers::rcode_of(unbound.at(), last) == dns::kNxDomain &&
               peers::rcode_of(unbound.at(), "canary.tocsin.example") == dns::kNxDomain;
      },
      300s, 5ms);
  if (!there) {
    fmt::print(stderr, "the zones did not arrive\n{}\n", unbound.log());
    std::exit(1);
  }
  const double took = seconds_since(start);
  const double mib = memory_mib("VmRSS", unbound.process().pid());
  fmt::print("unbound: zones loaded {:.2f} s after its start, resident {:.0f} MiB\n", took, mib);
  result.set("unbound", Json::object({{"load_s", took}, {"rss_mib", mib}}));
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[entries on the list already] [rounds] [lifts]")) return 2;
  const int entries = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  const int lifts = std::min(rounds, argc > 3 ? std::atoi(argv[3]) : 50);
  if (!peers::Unbound::installed()) {
    fmt::print(stderr, "unbound is not installed\n");
    return 1;
  }
  log::configure(log::Level::kError, log::Format::kText);
  const SystemClock clock;
  Json result = machine_facts(clock);
  result.set("entries", entries);
  peers::TempFolder folder;
  hub::HubOptions options;
  options.data = folder.path() / "hub";
  options.dns_port = peers::free_port("127.0.0.1");
  peers::Internet internet(std::map<std::string, std::string>{{"example", "192.0.2.66"}});
  peers::Unbound unbound(*dns::Endpoint::make("127.0.0.1", options.dns_port),
                         {"hot.op-a.tocsin", "base.op-a.tocsin"}, internet.at(), "127.0.0.1");
  unbound.stop();  // until the hub serves its zones
  const auto listen_at = peers::free_endpoint("127.0.0.31");
  Listener listener(listen_at);

  auto hub = start_hub(options, clock, "hub, empty", result);
  const auto url = [&] { return "http://127.0.0.1:" + std::to_string(hub->port()); };
  const auto admin = must(hub->registry().bootstrap("admin"), "bootstrap");
  const Tokens tokens = set_up_people(url(), admin.secret, unbound.at(), listen_at);
  hub.reset();
  auto start = Steady::now();
  seed_list(options.data / "tocsin.db", clock, entries);
  fmt::print("seeded {} entries in {:.1f} s, {} MiB\n", entries, seconds_since(start),
             std::filesystem::file_size(options.data / "tocsin.db") >> 20);
  hub = start_hub(options, clock, "hub, full list", result);
  wait_for_zone(unbound, entries, result);

  Loop loop(url(), tokens, unbound.at(), listener);
  std::vector<std::string> tasks;
  const double cpu = cpu_seconds();
  start = Steady::now();
  for (int i = 0; i < rounds; ++i) {
    tasks.push_back(loop.block("evil" + std::to_string(i) + ".example"));
  }
  for (int i = 0; i < lifts; ++i) {
    loop.lift(tasks[static_cast<std::size_t>(i)], "evil" + std::to_string(i) + ".example");
  }
  fmt::print(
      "{} blocks and {} lifts in {:.1f} s ({:.1f} s CPU with the measuring); resident {:.0f} "
      "MiB\n",
      rounds, lifts, seconds_since(start), cpu_seconds() - cpu, memory_mib("VmRSS"));
  result.set("rss_after_mib", memory_mib("VmRSS"));
  result.set("block", loop.blocks.summary("block"));
  result.set("lift", loop.lifts.summary("lift"));
  std::int64_t lines = 0;
  auto busy = loop.blocks_beside([&] { lines = import_feeds(hub->store(), clock); }, rounds / 4);
  fmt::print("beside them {} lines were imported\n", lines);
  result.set("block_during_import", busy.summary("block, while feeds are imported"));
  save("bench_loop", result);
  hub->stop();
  return 0;
}
