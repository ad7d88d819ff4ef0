// What a measurement ran on and what it used: read from the kernel, so that a result explains
// itself.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace tocsin::bench {

using Steady = std::chrono::steady_clock;

/// A benchmark without its stage has nothing to say: ends the program.
inline void must(const Status& status, std::string_view what = "failed") {
  if (status) return;
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(),
               status.error().message.c_str());
  std::exit(1);
}
template <typename T>
T must(Result<T> result, std::string_view what = "failed") {
  if (!result) must(Status(tl::unexpected(result.error())), what);
  return std::move(*result);
}

inline double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

/// User and system time of this process, all threads.
inline double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The rest of the first line that starts with `key`, without separators.
inline std::string value_in(const char* file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto begin = line.find_first_not_of(": \t", key.size());
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return {};
}

/// A field of /proc/<pid>/status in MiB: `VmRSS`, or `VmHWM` for the peak.
inline double memory_mib(const char* field, pid_t pid = ::getpid()) {
  const std::string file = "/proc/" + std::to_string(pid) + "/status";
  return std::strtod(value_in(file.c_str(), field).c_str(), nullptr) / 1024;
}

/// Starts a new peak, so that VmHWM is of the stage that follows.
inline void reset_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

inline Json machine_facts(const Clock& clock) {
  std::string load;
  std::getline(std::ifstream("/proc/loadavg"), load);
  return Json::object({{"date", to_string(clock.now())},
                       {"cpu", value_in("/proc/cpuinfo", "model name")},
                       {"cores", static_cast<std::int64_t>(std::thread::hardware_concurrency())},
                       {"memory", value_in("/proc/meminfo", "MemTotal")},
                       {"load_before", load.substr(0, load.find(' '))},
                       {"compiler", __VERSION__}});
}

/// Puts a result beside the others when run from the source folder; elsewhere it is only printed.
inline void save(const std::string& name, const Json& result) {
  if (!std::filesystem::is_directory("bench/results")) return;
  std::ofstream("bench/results/" + name + ".json") << result.pretty() << "\n";
}

/// No benchmark here has options: one that is given is answered with how to call it.
inline bool wants_usage(int argc, char** argv, const char* usage) {
  if (argc < 2 || argv[1][0] != '-') return false;
  std::fprintf(stderr, "usage: %s %s\n", argv[0], usage);
  return true;
}

}  // namespace tocsin::bench
