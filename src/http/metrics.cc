#include "http/metrics.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/result.h"
#include "base/text.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kSeriesLimit = 10'000;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

/// `{a="x",b="y"}`, or nothing.
std::string braces(const Labels& labels, std::string_view extra = {}) {
  std::string out;
  for (const auto& [key, value] : labels) {
    if (!out.empty()) out += ',';
    out += key + "=\"" + escaped(value) + '"';
  }
  if (!extra.empty()) {
    if (!out.empty()) out += ',';
    out += extra;
  }
  return out.empty() ? out : "{" + out + "}";
}

}  // namespace

struct Metrics::Series {
  Labels labels;
  Counter counter;
  Gauge gauge;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct Metrics::Family {
  std::string name;
  std::string help;
  std::string kind;
  std::deque<Series> series;
  std::map<std::string, Series*> by_labels;
};

struct Metrics::State {
  std::deque<Family> families;
  std::map<std::string, Family*, std::less<>> by_name;
  std::size_t series_count = 0;
};

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {
  ASSERT(std::is_sorted(bounds_.begin(), bounds_.end()));
}

void Histogram::observe(double value) {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::bucket(std::size_t index) const {
  ASSERT(index <= bounds_.size());
  return buckets_[index].load(std::memory_order_relaxed);
}

std::vector<double> duration_buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
}

Metrics::Metrics() : state_(std::make_unique<Guarded<State>>()) {}
Metrics::~Metrics() = default;

Metrics::Series& Metrics::series(std::string_view name, std::string_view help,
                                 std::string_view kind, Labels labels) {
  auto state = state_->lock();
  Family*& family = state->by_name[std::string(name)];
  if (family == nullptr) {
    state->families.push_back({std::string(name), std::string(help), std::string(kind), {}, {}});
    family = &state->families.back();
  }
  ASSERT(family->kind == kind);
  std::string key = braces(labels);
  if (!family->by_labels.contains(key) && state->series_count >= kSeriesLimit) {
    labels = {{"overflow", "true"}};
    key = braces(labels);
  }
  Series*& found = family->by_labels[key];
  if (found == nullptr) {
    found = &family->series.emplace_back();
    found->labels = std::move(labels);
    ++state->series_count;
  }
  return *found;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
  return series(name, help, "counter", std::move(labels)).counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
  return series(name, help, "gauge", std::move(labels)).gauge;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help,
                              std::vector<double> bounds, Labels labels) {
  Series& found = series(name, help, "histogram", std::move(labels));
  auto state = state_->lock();
  if (!found.histogram) found.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *found.histogram;
}

void Metrics::gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                         Labels labels) {
  Series& found = series(name, help, "gauge", std::move(labels));
  auto state = state_->lock();
  found.read = std::move(read);
}

std::string Metrics::text() const {
  auto state = state_->lock();
  std::string out;
  auto to = std::back_inserter(out);
  for (const Family& family : state->families) {
    fmt::format_to(to, "# HELP {} {}\n# TYPE {} {}\n", family.name,
                   replace_all(replace_all(family.help, "\\", "\\\\"), "\n", "\\n"), family.name,
                   family.kind);
    for (const Series& one : family.series) {
      if (one.histogram) {
        std::uint64_t total = 0;
        const std::vector<double>& bounds = one.histogram->bounds();
        for (std::size_t i = 0; i <= bounds.size(); ++i) {
          total += one.histogram->bucket(i);
          const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf";
          fmt::format_to(to, "{}_bucket{} {}\n", family.name,
                         braces(one.labels, fmt::format("le=\"{}\"", bound)), total);
        }
        fmt::format_to(to, "{}_sum{} {}\n", family.name, braces(one.labels), one.histogram->sum());
        fmt::format_to(to, "{}_count{} {}\n", family.name, braces(one.labels), total);
      } else if (one.read) {
        fmt::format_to(to, "{}{} {}\n", family.name, braces(one.labels), one.read());
      } else if (family.kind == "counter") {
        fmt::format_to(to, "{}{} {}\n", family.name, braces(one.labels), one.counter.value());
      } else {
        fmt::format_to(to, "{}{} {}\n", family.name, braces(one.labels), one.gauge.value());
      }
    }
  }
  return out;
}

}  // namespace tocsin::http
