#include "enforce/dns/tsig.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

const Instant kNow{1'700'000'000'000'000};

TsigKey key_of(const std::string& name, TsigAlgorithm algorithm = TsigAlgorithm::kHmacSha256) {
  return {*Name::parse(name), algorithm, std::string(32, 'k')};
}

std::string query() {
  Message message;
  message.id = 77;
  message.questions.push_back({*Name::parse("hot.tocsin"), kTypeSoa, kClassIn});
  return *encode(message);
}

TsigCheck check(const std::string& bytes, const std::vector<TsigKey>& keys, Instant now = kNow) {
  return check_tsig(bytes, *decode(bytes), keys, now);
}

TEST(Tsig, SignsAndVerifiesWithBothAlgorithms) {
  for (const auto algorithm : {TsigAlgorithm::kHmacSha256, TsigAlgorithm::kHmacSha512}) {
    const TsigKey key = key_of("Hub-Key", algorithm);
    std::string bytes = query();
    TsigSigner signer(key, {});
    signer.sign(bytes, kNow);
    EXPECT_LE(bytes.size() - query().size(), signer.overhead());
    const std::vector<TsigKey> keys = {key_of("other"), key_of("hub-key", algorithm)};
    EXPECT_EQ(check(bytes, keys).state, TsigCheck::State::kVerified);
    EXPECT_EQ(check(bytes, keys).key, &keys[1]);
    // A relay that changes the id leaves the original one in the record.
    bytes[0] = '\x55';
    EXPECT_EQ(check(bytes, keys).state, TsigCheck::State::kVerified);
  }
}

TEST(Tsig, RefusesInTheOrderOfTheRfc) {
  const TsigKey key = key_of("hub-key");
  std::string bytes = query();
  TsigSigner(key, {}).sign(bytes, kNow);
  const std::vector<TsigKey> keys = {key};
  EXPECT_EQ(check(query(), keys).state, TsigCheck::State::kUnsigned);
  EXPECT_EQ(check(bytes, {key_of("other")}).error, kBadKey);
  EXPECT_EQ(check(bytes, {key_of("hub-key", TsigAlgorithm::kHmacSha512)}).error, kBadKey);
  TsigKey wrong = key;
  wrong.secret.back() = 'x';
  EXPECT_EQ(check(bytes, {wrong}).error, kBadSig);
  const Instant late = kNow.plus(std::chrono::seconds(301));
  EXPECT_EQ(check(bytes, keys, late).error, kBadTime);
  EXPECT_EQ(check(bytes, {wrong}, late).error, kBadSig) << "signature goes before time";
  EXPECT_EQ(check(bytes, keys, kNow.plus(std::chrono::seconds(300))).state,
            TsigCheck::State::kVerified);
}

TEST(Tsig, EveryChangedBitIsSeen) {
  const TsigKey key = key_of("hub-key");
  const std::vector<TsigKey> keys = {key};
  std::string bytes = query();
  TsigSigner(key, {}).sign(bytes, kNow);
  for (std::size_t i = 2; i < bytes.size(); ++i) {  // the id travels in the record as well
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    const auto message = decode(changed);
    if (!message) continue;
    const auto state = check_tsig(changed, *message, keys, kNow).state;
    // Letter case of the two names is folded before signing.
    const bool only_case = fold_wire(changed) == fold_wire(bytes);
    if (!only_case) {
      EXPECT_NE(state, TsigCheck::State::kVerified) << i;
    }
  }
}

TEST(Tsig, MisplacedOrDoubledRecordsAreMalformed) {
  const TsigKey key = key_of("hub-key");
  std::string bytes = query();
  TsigSigner(key, {}).sign(bytes, kNow);
  TsigSigner(key, {}).sign(bytes, kNow);
  EXPECT_EQ(check(bytes, {key}).state, TsigCheck::State::kMalformed);
  Message message = *decode(query());
  std::string once = query();
  TsigSigner(key, {}).sign(once, kNow);
  message.answers.push_back(decode(once)->additional.back());
  EXPECT_EQ(check(*encode(message), {key}).state, TsigCheck::State::kMalformed);
}

TEST(Tsig, AnAnswerOfManyMessages) {
  const TsigKey key = key_of("hub-key", TsigAlgorithm::kHmacSha512);
  std::string request = query();
  TsigSigner asker(key, {});
  asker.sign(request, kNow);
  TsigSigner signer(key, asker.mac());
  TsigVerifier verifier(key, asker.mac());
  std::vector<std::string> answer(4, query());
  for (std::string& message : answer) signer.sign(message, kNow);
  for (const std::string& message : answer) EXPECT_TRUE(verifier.verify(message, kNow));
  EXPECT_TRUE(verifier.complete());

  TsigVerifier swapped(key, asker.mac());
  EXPECT_TRUE(swapped.verify(answer[0], kNow));
  EXPECT_FALSE(swapped.verify(answer[2], kNow)) << "a message is missing";
  TsigVerifier unsigned_end(key, asker.mac());
  EXPECT_TRUE(unsigned_end.verify(answer[0], kNow));
  EXPECT_TRUE(unsigned_end.verify(query(), kNow));
  EXPECT_FALSE(unsigned_end.complete());
  TsigVerifier other_request(key, std::string(64, 'm'));
  EXPECT_FALSE(other_request.verify(answer[0], kNow));
}

}  // namespace
}  // namespace tocsin::enforce::dns
