#include "http/metrics.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(Metrics, ShowsPrometheusText) {
  Metrics metrics;
  metrics.counter("tocsin_requests_total", "Requests", {{"route", "a\"b\\c\n"}}).add(3);
  metrics.counter("tocsin_requests_total", "Requests", {{"route", "x"}}).add();
  metrics.gauge("tocsin_open", "Open").set(-2);
  metrics.gauge_from("tocsin_load", "Load", [] { return 0.5; });
  Histogram& seconds = metrics.histogram("tocsin_seconds", "Time", {0.1, 1}, {{"k", "v"}});
  seconds.observe(0.1);
  seconds.observe(0.5);
  seconds.observe(7);
  EXPECT_EQ(metrics.text(),
            "# HELP tocsin_requests_total Requests\n"
            "# TYPE tocsin_requests_total counter\n"
            "tocsin_requests_total{route=\"a\\\"b\\\\c\\n\"} 3\n"
            "tocsin_requests_total{route=\"x\"} 1\n"
            "# HELP tocsin_open Open\n"
            "# TYPE tocsin_open gauge\n"
            "tocsin_open -2\n"
            "# HELP tocsin_load Load\n"
            "# TYPE tocsin_load gauge\n"
            "tocsin_load 0.5\n"
            "# HELP tocsin_seconds Time\n"
            "# TYPE tocsin_seconds histogram\n"
            "tocsin_seconds_bucket{k=\"v\",le=\"0.1\"} 1\n"
            "tocsin_seconds_bucket{k=\"v\",le=\"1\"} 2\n"
            "tocsin_seconds_bucket{k=\"v\",le=\"+Inf\"} 3\n"
            "tocsin_seconds_sum{k=\"v\"} 7.6\n"
            "tocsin_seconds_count{k=\"v\"} 3\n");
}

TEST(Metrics, SameNameAndLabelsIsTheSameMetric) {
  Metrics metrics;
  EXPECT_EQ(&metrics.counter("a", "", {{"x", "1"}}), &metrics.counter("a", "", {{"x", "1"}}));
  EXPECT_NE(&metrics.counter("a", "", {{"x", "1"}}), &metrics.counter("a", "", {{"x", "2"}}));
}

TEST(MetricsDeathTest, OneNameHasOneKind) {
  Metrics metrics;
  metrics.counter("a", "");
  EXPECT_DEATH(metrics.gauge("a", ""), "broken promise");
}

TEST(Metrics, ForeignLabelsCannotFillTheMemory) {
  Metrics metrics;
  for (int i = 0; i < 11'000; ++i) metrics.counter("a", "", {{"x", std::to_string(i)}}).add();
  EXPECT_EQ(metrics.counter("a", "", {{"x", "new"}}).value(), 1000U);  // the overflow series
}

TEST(Metrics, CountsFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) metrics.counter("a", "").add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(metrics.counter("a", "").value(), 40'000U);
}

}  // namespace
}  // namespace tocsin::http
