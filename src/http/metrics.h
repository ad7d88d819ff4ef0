// Counters, gauges and histograms that cost a few nanoseconds, and their Prometheus text form.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"

namespace tocsin::http {

/// Label names and values, in the order in which they are shown.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Thread safety of all three: safe, relaxed atomics.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t v) { value_.store(v, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

class Histogram {
 public:
  /// `bounds` ascending, upper bounds inclusive; +Inf is implied.
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);
  const std::vector<double>& bounds() const { return bounds_; }
  /// Observations in that bucket alone; index bounds().size() is +Inf.
  std::uint64_t bucket(std::size_t index) const;
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;
  std::atomic<double> sum_{0};
};

/// Buckets for durations in seconds, 100 µs to 10 s.
std::vector<double> duration_buckets();

/// Owns the metrics; pass it to whoever counts. The references it hands out live as long as it.
/// Asking twice for the same name and labels gives the same metric; the same name with another kind
/// is a bug: panics. At most 10,000 series, then everything goes to one overflow series, so that
/// labels from outside cannot fill the memory. Thread safety: safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                       Labels labels = {});
  /// A gauge whose value is asked for when it is shown. `read` must be safe from any thread.
  void gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                  Labels labels = {});

  /// Prometheus text format 0.0.4, families in the order of their first use.
  std::string text() const;

 private:
  struct Series;
  struct Family;
  struct State;
  Series& series(std::string_view name, std::string_view help, std::string_view kind,
                 Labels labels);
  std::unique_ptr<Guarded<State>> state_;
};

}  // namespace tocsin::http
