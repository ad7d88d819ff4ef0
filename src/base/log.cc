#include "base/log.h"

#include <atomic>
#include <cstdio>

#include "base/json.h"
#include "base/time.h"

namespace tocsin::log {
namespace {

// Process-wide because every thread writes to the one standard error.
std::atomic<Level> g_threshold{Level::kInfo};
std::atomic<Format> g_format{Format::kText};

std::string_view name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "?";
}

}  // namespace

void configure(Level threshold, Format format) {
  g_threshold = threshold;
  g_format = format;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < g_threshold.load(std::memory_order_relaxed)) return;
  const std::string when = to_string(SystemClock().now());
  std::string line;
  if (g_format.load(std::memory_order_relaxed) == Format::kJson) {
    Json object = Json::object();
    object.set("time", when);
    object.set("level", std::string(name(level)));
    object.set("event", std::string(event));
    for (const auto& [key, value] : fields) object.set(std::string(key), value);
    line = object.dump();
  } else {
    line = when + " " + std::string(name(level)) + " " + std::string(event);
    for (const auto& [key, value] : fields) {
      const bool quote = value.find_first_of(" \"=\n") != std::string::npos || value.empty();
      line += " " + std::string(key) + "=" + (quote ? Json(value).dump() : value);
    }
  }
  line.push_back('\n');
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace tocsin::log
