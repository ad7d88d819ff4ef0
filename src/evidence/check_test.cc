#include "evidence/check.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "evidence/sample_case_test.h"

namespace tocsin::evidence {
namespace {

std::string broken(const Report& report) {
  return report.ok ? "nothing" : report.steps[*report.first_broken].id;
}

const SampleCase& sample() {
  static const SampleCase made;
  return made;
}
const std::string& good() {
  static const std::string made = sample().bundle();
  return made;
}

Files parts() {
  const auto views = unpack(good());
  Files out(views->begin(), views->end());
  out.erase(std::string(kManifest));
  out.erase(std::string(kManifestSignature));
  return out;
}

/// A dishonest hub: changes a file and signs a fresh manifest over the result with its own key.
std::string resealed(const Files& files) {
  return *seal_files(files, sample().about, SampleCase::kHubName,
                     sample().start.plus(std::chrono::minutes(2)), sample().hub.key,
                     sample().hub.certificate);
}

TEST(Check, GoodBundle) {
  const Report report = check(good());
  ASSERT_TRUE(report.ok) << to_text(report, Lang::kEn);
  EXPECT_FALSE(report.first_broken);
  EXPECT_EQ(report.steps.size(), 11U);
  EXPECT_EQ(report.about, sample().about);
  EXPECT_EQ(report.hub, SampleCase::kHubName);
  EXPECT_EQ(report.documents, 2U);
  EXPECT_EQ(report.probes, 1U);
  EXPECT_EQ(report.entries, 5U);
  EXPECT_EQ(report.tree_size, 12U);
  ASSERT_EQ(report.signers.size(), 2U);
  EXPECT_EQ(report.signers[0].fingerprint, sample().hub.certificate.fingerprint());
  EXPECT_EQ(
      report.signers[0].files,
      (std::vector<std::string>{"manifest.json", "documents/fbk_01.json", "journal/head.json"}));
  EXPECT_EQ(report.signers[1].algorithm, "sm2-sm3");
}

TEST(Check, TrustIsNamedOrLeftToTheReader) {
  const auto& hub = sample().hub.certificate;
  const auto& authority = sample().authority.certificate;
  const std::vector<crypto::Certificate> all{hub, authority};
  const Report trusted = check(good(), &all);
  EXPECT_TRUE(trusted.ok);
  EXPECT_NE(to_text(trusted, Lang::kEn).find("Verdict: VALID"), std::string::npos);
  EXPECT_TRUE(to_json(trusted)["trusted"].as_bool());

  const std::string text = to_text(check(good()), Lang::kEn);
  EXPECT_NE(text.find("which you must compare yourself"), std::string::npos) << text;
  EXPECT_NE(text.find(hub.fingerprint()), std::string::npos);
  EXPECT_NE(text.find("2 documents, 1 probe\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" +08:00\n"), std::string::npos) << "times say their zone";
  EXPECT_NE(to_text(check(good()), Lang::kZh).find("须由您自行核对"), std::string::npos);
  EXPECT_FALSE(to_json(check(good()))["trusted"].as_bool());

  const std::vector<crypto::Certificate> only_hub{hub};
  EXPECT_EQ(broken(check(good(), &only_hub)), "documents");
  const std::vector<crypto::Certificate> stranger{
      make_party(crypto::Algorithm::kEcdsaP256, "工业和信息化部").certificate};
  const Report refused = check(good(), &stranger);
  EXPECT_EQ(broken(refused), "manifest");
  EXPECT_NE(refused.steps[1].detail.en.find("not trusted"), std::string::npos);
  EXPECT_TRUE(refused.untrusted);
  EXPECT_EQ(refused.signers.size(), 2U) << "all fingerprints, to compare";
  EXPECT_NE(to_text(refused, Lang::kEn).find("NOT TRUSTED"), std::string::npos);
  EXPECT_NE(to_text(refused, Lang::kZh).find("未见篡改"), std::string::npos);

  std::string forged = good();
  forged[forged.find("\"state\"")] = '?';
  const Report damaged = check(forged, &stranger);
  EXPECT_FALSE(damaged.untrusted) << "damage counts for more than a stranger's key";
  EXPECT_NE(to_text(damaged, Lang::kEn).find("NOT VALID"), std::string::npos);
  EXPECT_NE(to_text(damaged, Lang::kEn).find("✗ does not hold: "), std::string::npos);
}

TEST(Check, OnlyTheHubItselfSignsForTheHub) {
  const SampleCase& s = sample();
  const auto member_key = crypto::SigningKey::generate(crypto::Algorithm::kEcdsaP256);
  const auto member = s.hub.certificate.issue(*member_key, *member_key, {"某运营商", "x", "CN"},
                                              s.hub.certificate.validity());
  ASSERT_FALSE(member) << "a member cannot issue for itself";
  const auto issued = s.hub.certificate.issue(s.hub.key, *member_key, {"某运营商", "x", "CN"},
                                              s.hub.certificate.validity());
  ASSERT_TRUE(issued);
  const std::vector<crypto::Certificate> trust{s.hub.certificate, s.authority.certificate};
  // A member to whom the hub issued a certificate makes up a bundle of the hub's.
  const std::string sealed_by_member =
      *seal_files(parts(), s.about, SampleCase::kHubName, s.start, *member_key, *issued);
  EXPECT_EQ(broken(check(sealed_by_member, &trust)), "manifest");
  Files files = parts();
  files[std::string(kHeadSignature)] =
      *crypto::cms::sign(*member_key, *issued, files[std::string(kHead)], s.start);
  files[key_path(issued->fingerprint())] = issued->to_pem();
  EXPECT_EQ(broken(check(resealed(files), &trust)), "head");
  // The same member may sign documents.
  files = parts();
  files["documents/fbk_01.p7s"] =
      *crypto::cms::sign(*member_key, *issued, files["documents/fbk_01.json"], s.start);
  files[key_path(issued->fingerprint())] = issued->to_pem();
  EXPECT_EQ(broken(check(resealed(files), &trust)), "nothing");
}

// The promise of the format: no byte of the file is free.
TEST(Check, AnyOneChangedByteIsFoundAndNamed) {
  std::map<std::string, int> found_by;
  std::string bad = good();
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const char before = bad[i];
    bad[i] = static_cast<char>(before ^ (1 << (i % 8)));
    const Report report = check(bad);
    ASSERT_FALSE(report.ok) << "byte " << i << " of " << bad.size() << " is free";
    ASSERT_FALSE(report.steps[*report.first_broken].detail.en.empty());
    ++found_by[broken(report)];
    bad[i] = before;
  }
  // Headers and padding, the manifest and its signature, and the content of every other file.
  EXPECT_GT(found_by["container"], 0);
  EXPECT_GT(found_by["manifest"], 0);
  EXPECT_GT(found_by["files"], 0);
  EXPECT_EQ(found_by.size(), 3U);
}

TEST(Check, CutOrLengthened) {
  for (std::size_t size = 0; size < good().size(); size += 97) {
    EXPECT_EQ(broken(check(std::string_view(good()).substr(0, size))), "container") << size;
  }
  EXPECT_FALSE(check(good() + '\0').ok);
  EXPECT_EQ(broken(check_file("/nonexistent/x.tocsin-evidence")), "container");
}

std::string swapped(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Check, ABundleSealedByADishonestHubIsNamedToo) {
  ASSERT_TRUE(check(resealed(parts())).ok);
  const auto after = [](auto change) {
    Files files = parts();
    change(files);
    return broken(check(resealed(files)));
  };
  const std::string authority_key = key_path(sample().authority.certificate.fingerprint());
  // A document changed after it was signed; its signature gone; its signer's certificate gone.
  EXPECT_EQ(after([](Files& f) { f["documents/ntc_01.json"] += " "; }), "documents");
  EXPECT_EQ(after([](Files& f) { f.erase("documents/ntc_01.p7s"); }), "documents");
  EXPECT_EQ(after([](Files& f) { f.erase("documents/ntc_01.json"); }), "documents");
  EXPECT_EQ(after([&](Files& f) { f.erase(authority_key); }), "documents");
  EXPECT_EQ(
      after([](Files& f) { std::swap(f["documents/ntc_01.p7s"], f["documents/fbk_01.p7s"]); }),
      "documents");
  EXPECT_EQ(after([&](Files& f) { f[authority_key] = sample().hub.certificate.to_pem(); }), "keys");
  EXPECT_EQ(after([&](Files& f) { f[authority_key] = "x"; }), "keys");
  // A document, or a probe, that the journal does not know.
  EXPECT_EQ(after([](Files& f) {
              f["documents/new.json"] = "{}";
              f["documents/new.p7s"] = sample().authority.sign("{}", sample().start);
            }),
            "cited");
  EXPECT_EQ(after([](Files& f) { f["probes/new.json"] = "{}"; }), "cited");
  EXPECT_EQ(after([](Files& f) {
              f["probes/prb_01.json"] = swapped(f["probes/prb_01.json"], "NXDOMAIN", "NOERROR");
            }),
            "cited");
  // The summary of another case.
  EXPECT_EQ(after([](Files& f) { f["case.json"] = swapped(f["case.json"], "000123", "000124"); }),
            "case");
  EXPECT_EQ(after([](Files& f) { f.erase("case.json"); }), "container");
}

TEST(Check, AForgedJournalIsNamed) {
  const auto after = [](auto change) {
    Files files = parts();
    change(files);
    return broken(check(resealed(files)));
  };
  const std::string entries(kEntries);
  const std::string proofs(kProofs);
  const std::string head(kHead);
  EXPECT_EQ(after([&](Files& f) { f[entries] = swapped(f[entries], "org_miit", "org_evil"); }),
            "entries");
  EXPECT_EQ(after([&](Files& f) { f[entries] = swapped(f[entries], "\n", ""); }), "entries");
  EXPECT_EQ(after([&](Files& f) { f[entries] = ""; }), "entries");
  EXPECT_EQ(after([&](Files& f) { f[entries].insert(0, " "); }), "entries");
  // An entry invented with a right hash is not in the tree.
  EXPECT_EQ(after([&](Files& f) {
              const auto end = f[entries].find('\n');
              journal::Entry entry = *journal::from_json(*Json::parse(f[entries].substr(0, end)));
              entry.org = "org_evil";
              entry.hash = journal::compute_hash(entry);
              f[entries].replace(0, end, journal::to_json(entry).canonical());
            }),
            "proofs");
  // A real entry of another case.
  EXPECT_EQ(after([&](Files& f) {
              f[entries] = journal::to_json(sample().entries[0]).canonical() + "\n";
            }),
            "entries");
  EXPECT_EQ(after([&](Files& f) { f[entries].erase(0, f[entries].find('\n') + 1); }), "proofs");
  EXPECT_EQ(after([&](Files& f) { f[proofs] = "[]"; }), "proofs");
  EXPECT_EQ(after([&](Files& f) { f[proofs] = swapped(f[proofs], "[\"", "[\"00"); }), "proofs");
  // Another head than the one that was signed, and a well-signed head of another hub.
  EXPECT_EQ(after([&](Files& f) { f[head] = swapped(f[head], "09:01", "09:02"); }), "head");
  EXPECT_EQ(after([&](Files& f) {
              auto other = *journal::TreeHead::parse(f[head]);
              other.hub = "another";
              f[head] = other.canonical();
              f[std::string(kHeadSignature)] = sample().hub.sign(f[head], other.time);
            }),
            "head");
}

TEST(Check, EntriesInTheWrongOrderAreNamed) {
  Files files = parts();
  std::vector<journal::Entry> reversed;
  for (const auto& entry : sample().entries) {
    if (entry.threat == sample().about.id) reversed.insert(reversed.begin(), entry);
  }
  std::string lines;
  Json proofs = Json::array();
  for (const auto& entry : reversed) {
    lines += journal::to_json(entry).canonical() + "\n";
    proofs.push(Json::object({{"seq", entry.seq},
                              {"path", journal::to_json(*journal::inclusion_proof(
                                           sample().nodes, journal::leaf_index(entry.seq),
                                           sample().frontier.size()))}}));
  }
  files[std::string(kEntries)] = lines;
  files[std::string(kProofs)] = proofs.canonical();
  EXPECT_EQ(broken(check(resealed(files))), "order");
}

TEST(Check, TextOfAForeignBundleCannotSteerTheTerminal) {
  const std::string bundle =
      *seal_files(parts(), sample().about, "hub\x1b[2J\xc2\x9b\xe2\x80\xae", sample().start,
                  sample().hub.key, sample().hub.certificate);
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const std::string text = to_text(check(bundle), lang);
    EXPECT_NE(text.find("hub?[2J??"), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

// docs/evidence.md: how to check a bundle without this program.
TEST(Check, ByHandWithCommonTools) {
  std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-evd-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  ASSERT_TRUE(write_file(folder / "x.tocsin-evidence", good()));
  const auto run = [&](const std::string& command) {
    const std::string all = "cd " + folder.string() + " && (" + command + ") >out.txt 2>&1";
    return std::system(all.c_str()) == 0;
  };
  EXPECT_TRUE(run("tar -xf x.tocsin-evidence"));
  EXPECT_TRUE(
      run("openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json "
          "-noverify -out /dev/null"));
  EXPECT_TRUE(
      run("openssl cms -verify -binary -inform DER -in journal/head.p7s -content "
          "journal/head.json -noverify -out /dev/null"));
  EXPECT_TRUE(run("openssl x509 -noout -fingerprint -sha256 -in keys/" +
                  sample().hub.certificate.fingerprint() + ".pem"));
  ASSERT_TRUE(run("sha256sum documents/ntc_01.json"));
  EXPECT_TRUE(read_file(folder / "out.txt")->starts_with(digest(sample().notice)));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tocsin::evidence
