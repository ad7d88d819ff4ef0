// Reads a text with a format's reader for a test: whole, and again byte by byte.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "intake/collect.h"

namespace tocsin::intake {

struct Outcome {
  Collected out;
  Counters counters;
  SourceInfo source;
  Status status;

  std::vector<std::string> values() const {
    std::vector<std::string> list;
    for (const Item& item : out.items) {
      list.push_back(std::string(model::name(item.indicator.kind)) + " " + item.indicator.value);
    }
    return list;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> list;
    for (const Refusal& refusal : out.refusals) {
      list.push_back(std::to_string(refusal.line) + " " + refusal.code);
    }
    return list;
  }
};

/// Parses the text whole and again byte by byte: both must say the same.
inline Outcome read(Format format, std::string_view text, const Options& options = {}) {
  Outcome run;
  const auto reader = make_reader(format, options, run.out);
  run.status = reader->feed(text);
  if (run.status) run.status = reader->finish();
  run.counters = reader->counters();
  run.source = reader->source();
  EXPECT_EQ(run.counters.lines, run.counters.items + run.counters.refused);
  EXPECT_EQ(run.counters.items, static_cast<std::int64_t>(run.out.items.size()));
  EXPECT_EQ(run.counters.refused, static_cast<std::int64_t>(run.out.refusals.size()));

  Outcome slow;
  const auto again = make_reader(format, options, slow.out);
  for (const char c : text) (void)again->feed({&c, 1});
  (void)again->finish();
  EXPECT_EQ(slow.values(), run.values());
  EXPECT_EQ(slow.codes(), run.codes());
  return run;
}

}  // namespace tocsin::intake
