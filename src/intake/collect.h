// A sink that keeps everything; for tests and small imports.
#pragma once

#include <vector>

#include "intake/reader.h"

namespace tocsin::intake {

struct Collected final : Sink {
  std::vector<Item> items;
  std::vector<Refusal> refusals;
  std::vector<Warning> warnings;
  std::vector<Link> links;

  void item(Item&& item) override { items.push_back(std::move(item)); }
  void refusal(Refusal&& refusal) override { refusals.push_back(std::move(refusal)); }
  void warning(Warning&& warning) override { warnings.push_back(std::move(warning)); }
  void link(Link&& link) override { links.push_back(std::move(link)); }
};

}  // namespace tocsin::intake
