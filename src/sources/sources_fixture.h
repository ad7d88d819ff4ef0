// A store, a folder, a clock that stands still, and sources to run on them.
#pragma once

#include <fstream>
#include <map>
#include <unistd.h>

#include <gtest/gtest.h>

#include "sources/runner.h"
#include "sources/sources.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::sources {

namespace fs = std::filesystem;
using model::AccessKind;
using model::SourceHealth;
using model::SourceKind;

class SourcesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("tocsin-sources-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_ / "in" / "drop");
    store_ = store::open_sqlite(folder_ / "t.db", clock_).value();
    admin_.id = "usr_admin";
    admin_.roles = {model::Role::kAdmin};
    unit_.id = "org_a";
    options_.fetch.folder = folder_ / "in";
    options_.fetch.vault = Vault(folder_ / "credentials", [this](const std::string& name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    });
    sources_ = std::make_unique<Sources>(*store_, clock_, ids_, options_.fetch.vault,
                                         options_.stale_after);
    runner_ = std::make_unique<Runner>(*store_, clock_, ids_, options_);
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / "in" / name, std::ios::binary) << content;
  }
  Hand hand() const { return {admin_, unit_, {}}; }
  model::SourceTerms file(const std::string& location) const {
    model::SourceTerms terms;
    terms.kind = SourceKind::kFile;
    terms.location = location;
    terms.every_minutes = 60;
    return terms;
  }
  model::Source define(const std::string& name, const model::SourceTerms& terms) {
    auto made = sources_->define(hand(), {name, terms, ""});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made.value_or(model::Source{});
  }
  model::Source source(const std::string& name) {
    return *store_
                ->read([&](store::ReadTx& tx) {
                  return store::find_one<model::Source>(tx, "name", name);
                })
                .value();
  }
  /// Runs everything that is due, and gives the source as it is then.
  model::Source after_runs(const std::string& name) {
    for (;;) {
      const auto ran = runner_->run_one();
      EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
      if (!ran || !*ran) return source(name);
    }
  }
  std::vector<std::string> standing(const std::string& name) {
    return store_
        ->read([&](store::ReadTx& tx) -> Result<std::vector<std::string>> {
          std::vector<std::string> out;
          std::int64_t after = 0;
          TRY(const auto all, tx.sightings_of_source(source(name).number, after, 1000));
          for (const auto& s : all) {
            if (s.stands(clock_.now())) out.push_back(s.indicator.value);
          }
          std::sort(out.begin(), out.end());
          return out;
        })
        .value();
  }
  using Names = std::vector<std::string>;

  std::map<std::string, std::string> environment_;
  RunnerOptions options_;

  fs::path folder_;
  FakeClock clock_{*parse_instant("2026-11-22T10:00:00+08:00")};
  IdSource ids_{clock_};
  model::User admin_;
  model::Organization unit_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Sources> sources_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace tocsin::sources
