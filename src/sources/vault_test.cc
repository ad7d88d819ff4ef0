// Secrets of sources: where they may lie, who gets them, and that nobody else sees them (W17-08).
#include "sources/vault.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "http/server.h"
#include "sources/sources_fixture.h"

namespace tocsin::sources {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "s3cr3t-of-the-feed";

class VaultTest : public SourcesTest {
 protected:
  model::SourceTerms web(AccessKind kind, const std::string& secret = "") {
    model::SourceTerms out;
    out.kind = SourceKind::kUrl;
    out.location = "https://feed.example/list";
    out.access.kind = kind;
    out.access.secret = secret;
    out.access.login = "us";
    out.access.header = "X-Api-Key";
    return out;
  }
  /// Everything that is kept: documents and journal.
  std::string everything() {
    store_.reset();
    std::string out;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.is_regular_file()) out += *read_file(entry.path());
    }
    return out;
  }
};

TEST_F(VaultTest, ASealedSecretIsInItsFileAloneAndForItsSourceAlone) {
  const auto made = sources_->define(hand(), {"feed", web(AccessKind::kBearer), kSecret});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->terms.access.secret, "sealed");
  EXPECT_THAT(model::to_json(*made).dump(), Not(HasSubstr(kSecret)));
  const auto file = folder_ / "credentials" / (made->id + ".sealed");
  EXPECT_EQ(*read_file(file), kSecret);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(file.parent_path()).permissions(), fs::perms::owner_all);
  const auto shown = options_.fetch.vault.credential(*made);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->headers.at(0).second, std::string("Bearer ") + kSecret);
  const auto other = sources_->define(
      hand(), {"thief", web(AccessKind::kBearer, "file:" + made->id + ".sealed"), ""});
  ASSERT_FALSE(other) << "nobody borrows it";
  EXPECT_EQ(other.error().field, "terms.access.secret");
  auto elsewhere = web(AccessKind::kBearer, "sealed");
  elsewhere.location = "https://other.example/list";
  const auto moved = sources_->define(hand(), {"feed", elsewhere, ""});
  ASSERT_FALSE(moved) << "it does not go to another place";
  EXPECT_EQ(moved.error().field, "credential");
  EXPECT_TRUE(sources_->define(hand(), {"feed", web(AccessKind::kBearer, "sealed"), ""}));
  EXPECT_EQ(sources_->define(hand(), {"feed", web(AccessKind::kNone), kSecret}).error().field,
            "terms.access.kind");
  ASSERT_TRUE(sources_->retire(hand(), "feed"));
  EXPECT_FALSE(fs::exists(file)) << "forgotten with its source";
  EXPECT_THAT(everything(), Not(HasSubstr(kSecret)));
}

TEST_F(VaultTest, ASecretMayLieInAVariableOrAFileThatOthersCannotRead) {
  environment_["TOCSIN_SOURCE_KEY"] = kSecret;
  environment_["HOME"] = "/";
  auto source = define("feed", web(AccessKind::kHeader, "env:TOCSIN_SOURCE_KEY"));
  const auto& vault = options_.fetch.vault;
  EXPECT_EQ(vault.credential(source)->headers.at(0),
            (std::pair<std::string, std::string>("X-Api-Key", kSecret)));
  EXPECT_FALSE(sources_->define(hand(), {"x", web(AccessKind::kHeader, "env:HOME"), ""}));
  EXPECT_FALSE(sources_->define(hand(), {"x", web(AccessKind::kHeader, "file:../t.db"), ""}));
  source.terms = web(AccessKind::kBasic, "file:key");
  EXPECT_EQ(vault.credential(source).error().code, Code::kUnavailable);
  fs::create_directories(folder_ / "credentials");
  ASSERT_TRUE(write_file(folder_ / "credentials" / "key", std::string(kSecret) + "\n", 0644));
  EXPECT_EQ(vault.credential(source).error().code, Code::kRefused) << "others can read it";
  ASSERT_TRUE(write_file(folder_ / "credentials" / "key", std::string(kSecret) + "\n", 0600));
  EXPECT_EQ(vault.credential(source)->headers.at(0).second,
            "Basic " + base64(std::string("us:") + kSecret));
}

TEST_F(VaultTest, ASecretGoesOverHttpsOnly) {
  auto terms = web(AccessKind::kBearer, "env:TOCSIN_SOURCE_KEY");
  terms.location = "http://feed.example/list";
  const auto refused = sources_->define(hand(), {"feed", terms, ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRefused);
  terms.private_addresses = true;
  for (const char* url : {"http://127.0.0.1:1/x", "http://[::1]:1/x", "http://localhost:1/x"}) {
    terms.location = url;
    EXPECT_TRUE(sources_->define(hand(), {"feed", terms, ""})) << url;
  }
  terms.location = "https://user:word@feed.example/list";
  EXPECT_FALSE(sources_->define(hand(), {"feed", terms, ""})) << "not in the address either";
}

TEST_F(VaultTest, AnOlderDocumentsSecretIsMovedIntoTheVault) {
  auto source = define("feed", web(AccessKind::kNone));
  Json old = model::to_json(source);
  old.set("credential", std::string("Bearer ") + kSecret);
  ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append({"system:test", "", "source.added", source.id, "", {}, {}, {}}));
    return tx.put_document("source", source.id, old.dump(),
                           store::Collection<model::Source>::keys(source));
  }));
  ASSERT_TRUE(seal_old_credentials(*store_, options_.fetch.vault, {}));
  const auto kept =
      store_->read([&](store::ReadTx& tx) { return tx.get_document("source", source.id); });
  EXPECT_THAT(**kept, Not(HasSubstr(kSecret)));
  const auto shown = options_.fetch.vault.credential(this->source("feed"));
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->headers.at(0), (std::pair<std::string, std::string>(
                                      "Authorization", std::string("Bearer ") + kSecret)));
}

/// Two peers: the source, and where it sends us.
class RedirectTest : public VaultTest {
 protected:
  std::unique_ptr<http::Server> serve(std::string* seen, const std::string* to) {
    auto started = http::Server::start({}, [seen, to](http::Request& request) {
      *seen += std::string(request.header("x-api-key")) + ";";
      auto answer = http::Response::text("a.example\n");
      if (!to->empty() && request.path == "/list") {
        answer.status = 302;
        answer.headers.emplace_back("Location", *to);
      }
      return answer;
    });
    EXPECT_TRUE(started);
    return std::move(*started);
  }
  static std::string at(const http::Server& server, const char* path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
  }
};

TEST_F(RedirectTest, ARedirectToAnotherHostGetsNoCredential) {
  environment_["TOCSIN_SOURCE_KEY"] = kSecret;
  std::string seen_here;
  std::string seen_there;
  std::string nowhere;
  std::string to;
  const auto here = serve(&seen_here, &to);
  const auto there = serve(&seen_there, &nowhere);
  auto terms = web(AccessKind::kHeader, "env:TOCSIN_SOURCE_KEY");
  terms.location = at(*here, "/list");
  terms.private_addresses = true;
  terms.every_minutes = 10;
  to = at(*there, "/moved");
  define("feed", terms);
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kOk) << source("feed").problem.en;
  EXPECT_EQ(seen_here, std::string(kSecret) + ";");
  EXPECT_EQ(seen_there, ";") << "asked, without the key";
  to = "/again";
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kOk);
  EXPECT_EQ(seen_here, std::string(kSecret) + ";" + kSecret + ";" + kSecret + ";")
      << "the same host keeps it";
}

TEST_F(RedirectTest, APrivateAddressNeedsAPermission) {
  std::string seen;
  std::string nowhere;
  const auto here = serve(&seen, &nowhere);
  auto terms = web(AccessKind::kNone);
  terms.location = at(*here, "/list");
  terms.every_minutes = 10;
  const auto refused = sources_->define(hand(), {"feed", terms, ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "terms.location");
  EXPECT_NE(refused.error().message.find("--private-addresses"), std::string::npos);
  terms.private_addresses = true;
  define("feed", terms);
  // Where a name leads is known only when it is resolved: the address is looked at again then.
  ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
    auto source = this->source("feed");
    source.terms.private_addresses = false;
    TRY_STATUS(store::put(tx, source));
    TRY_STATUS(tx.append({"test", "", "source.changed", source.id, "", {}, {}, {}}));
    return {};
  }));
  const auto failed = after_runs("feed");
  EXPECT_EQ(failed.health, SourceHealth::kFailing);
  EXPECT_NE(failed.problem.en.find("--private-addresses"), std::string::npos) << failed.problem.en;
  EXPECT_NE(failed.problem.zh.find("--private-addresses"), std::string::npos) << failed.problem.zh;
  EXPECT_EQ(seen, "") << "never connected";
  define("feed", terms);
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kOk);
}

TEST_F(RedirectTest, AFetchIsGivenUpWhenTheHubStops) {
  std::atomic<bool> stopping{false};
  std::atomic<bool> asked{false};
  auto started = http::Server::start({}, [&](http::Request&) {
    asked = true;
    while (!stopping) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::seconds(5));
    return http::Response::text("a.example\n");
  });
  ASSERT_TRUE(started);
  auto terms = web(AccessKind::kNone);
  terms.location = at(**started, "/list");
  terms.private_addresses = true;
  terms.every_minutes = 10;
  define("feed", terms);
  options_.fetch.web.cancelled = [&] { return stopping.load(); };
  Runner runner(*store_, clock_, ids_, options_);
  std::thread stop([&] {
    while (!asked) std::this_thread::yield();
    stopping = true;
  });
  const auto before = std::chrono::steady_clock::now();
  const auto ran = runner.run_one();
  stop.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4));
  ASSERT_TRUE(ran);
  EXPECT_FALSE(*ran);
  EXPECT_EQ(source("feed").health, SourceHealth::kNew) << "not its fault";
  EXPECT_EQ(source("feed").next_run, clock_.now()) << "still due";
}

}  // namespace
}  // namespace tocsin::sources
