#include "enforce/dns/tsig.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"

namespace tocsin::enforce::dns {
namespace {

constexpr std::uint16_t kFudgeSeconds = 300;  // RFC 8945 §10
constexpr int kUnsignedLimit = 99;            // RFC 8945 §5.3.1

Name algorithm_name(TsigAlgorithm algorithm) { return *Name::parse(name(algorithm)); }

std::string hmac(const TsigKey& key, std::string_view bytes) {
  const EVP_MD* digest = key.algorithm == TsigAlgorithm::kHmacSha256 ? EVP_sha256() : EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  const auto* done =
      HMAC(digest, key.secret.data(), static_cast<int>(key.secret.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &size);
  ASSERT(done != nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

void put48(std::string& out, std::uint64_t value) {
  put16(out, static_cast<std::uint16_t>(value >> 32U));
  put32(out, static_cast<std::uint32_t>(value));
}

std::uint64_t seconds(Instant t) { return static_cast<std::uint64_t>(t.micros / 1'000'000); }

std::string timers(const TsigData& data) {
  std::string out;
  put48(out, data.time_s);
  put16(out, data.fudge_s);
  return out;
}

/// RFC 8945 §4.3.3; names in canonical (folded) form.
std::string variables(const Name& key_name, const TsigData& data) {
  std::string out = fold_wire(key_name.wire());
  put16(out, kClassAny);
  put32(out, 0);
  out += fold_wire(data.algorithm.wire());
  out += timers(data);
  put16(out, data.error);
  put16(out, static_cast<std::uint16_t>(data.other.size()));
  return out + data.other;
}

std::string with_length(std::string_view mac) {
  std::string out;
  if (mac.empty()) return out;
  put16(out, static_cast<std::uint16_t>(mac.size()));
  out += mac;
  return out;
}

/// The message as it was before the TSIG record was added.
std::string stripped(std::string_view bytes, const Message& message, std::uint16_t original_id) {
  std::string out;
  put16(out, original_id);
  out += bytes.substr(2, 8);
  put16(out, static_cast<std::uint16_t>(message.additional.size() - 1));
  out += bytes.substr(kHeaderBytes, message.last_rr_offset - kHeaderBytes);
  return out;
}

void append_rr(std::string& message, const Name& owner, const TsigData& data) {
  const std::string rdata = rdata_of(data);
  message += owner.wire();
  put16(message, kTypeTsig);
  put16(message, kClassAny);
  put32(message, 0);
  put16(message, static_cast<std::uint16_t>(rdata.size()));
  message += rdata;
  const auto count = static_cast<std::uint16_t>(get16(message, 10) + 1);
  message[10] = static_cast<char>(count >> 8U);
  message[11] = static_cast<char>(count & 0xffU);
}

/// A TSIG record is the last one, class ANY, TTL 0; any other place is a broken message.
bool well_placed(const Message& message) {
  std::size_t count = 0;
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Rr& rr : *section) count += rr.type == kTypeTsig ? 1 : 0;
  }
  const Rr& last = message.additional.back();
  return count == 1 && last.type == kTypeTsig && last.klass == kClassAny && last.ttl == 0;
}

bool has_tsig(const Message& message) {
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Rr& rr : *section) {
      if (rr.type == kTypeTsig) return true;
    }
  }
  return false;
}

bool same_mac(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool in_time(const TsigData& data, Instant now) {
  const std::uint64_t here = seconds(now);
  const std::uint64_t gap = here > data.time_s ? here - data.time_s : data.time_s - here;
  return gap <= data.fudge_s;
}

TsigCheck rejected(TsigCheck check, std::uint16_t error) {
  check.state = TsigCheck::State::kRejected;
  check.error = error;
  return check;
}

}  // namespace

std::string_view name(TsigAlgorithm algorithm) {
  return algorithm == TsigAlgorithm::kHmacSha256 ? "hmac-sha256" : "hmac-sha512";
}

std::optional<TsigAlgorithm> tsig_algorithm(std::string_view text) {
  for (const auto algorithm : {TsigAlgorithm::kHmacSha256, TsigAlgorithm::kHmacSha512}) {
    if (iequals(text, name(algorithm))) return algorithm;
  }
  return std::nullopt;
}

Result<TsigData> tsig_of(const Rr& rr) {
  if (rr.type != kTypeTsig) return fail(Code::kInvalid, "not a TSIG record");
  TsigData out;
  std::size_t pos = 0;
  const std::string_view data = rr.rdata;
  TRY(out.algorithm, Name::decode(data, pos));
  if (data.size() < pos + 10) return fail(Code::kInvalid, "TSIG is cut off");
  out.time_s = static_cast<std::uint64_t>(get16(data, pos)) << 32U | get32(data, pos + 2);
  out.fudge_s = get16(data, pos + 6);
  const std::size_t mac = get16(data, pos + 8);
  pos += 10;
  if (data.size() < pos + mac + 6) return fail(Code::kInvalid, "TSIG is cut off");
  out.mac = data.substr(pos, mac);
  pos += mac;
  out.original_id = get16(data, pos);
  out.error = get16(data, pos + 2);
  const std::size_t other = get16(data, pos + 4);
  if (data.size() != pos + 6 + other) return fail(Code::kInvalid, "TSIG has a wrong length");
  out.other = data.substr(pos + 6);
  return out;
}

std::string rdata_of(const TsigData& data) {
  std::string out = data.algorithm.wire() + timers(data);
  put16(out, static_cast<std::uint16_t>(data.mac.size()));
  out += data.mac;
  put16(out, data.original_id);
  put16(out, data.error);
  put16(out, static_cast<std::uint16_t>(data.other.size()));
  return out + data.other;
}

TsigCheck check_tsig(std::string_view bytes, const Message& message,
                     const std::vector<TsigKey>& keys, Instant now, std::string_view prior_mac) {
  TsigCheck check;
  if (!has_tsig(message)) return check;
  check.state = TsigCheck::State::kMalformed;
  if (message.additional.empty() || !well_placed(message)) return check;
  const Rr& rr = message.additional.back();
  auto data = tsig_of(rr);
  if (!data) return check;
  check.data = std::move(*data);
  check.key_name = rr.name;
  const TsigKey* key = nullptr;
  for (const TsigKey& candidate : keys) {
    if (candidate.name == rr.name && algorithm_name(candidate.algorithm) == check.data.algorithm) {
      key = &candidate;
    }
  }
  if (key == nullptr) return rejected(std::move(check), kBadKey);
  const std::string expected =
      hmac(*key, with_length(prior_mac) + stripped(bytes, message, check.data.original_id) +
                     variables(rr.name, check.data));
  if (check.data.mac.size() > expected.size()) return check;
  if (check.data.mac.size() < expected.size()) {
    // RFC 8945 §5.2.2.1: under ten bytes or half the digest is malformed, the rest our policy.
    const bool too_short = check.data.mac.size() < std::max<std::size_t>(10, expected.size() / 2);
    return too_short && !check.data.mac.empty() ? check : rejected(std::move(check), kBadTrunc);
  }
  if (!same_mac(check.data.mac, expected)) return rejected(std::move(check), kBadSig);
  check.key = key;
  if (!in_time(check.data, now)) return rejected(std::move(check), kBadTime);
  check.state = TsigCheck::State::kVerified;
  return check;
}

void TsigSigner::sign(std::string& message, Instant now, std::uint16_t error,
                      std::uint64_t request_time_s) {
  TsigData data;
  data.algorithm = algorithm_name(key_->algorithm);
  data.time_s = seconds(now);
  data.fudge_s = kFudgeSeconds;
  data.original_id = get16(message, 0);
  data.error = error;
  if (error == kBadTime) {
    // The requester recognises its own time and reads the server's from the other data (§5.2.3).
    data.time_s = request_time_s;
    put48(data.other, seconds(now));
  }
  const std::string tail = first_ ? variables(key_->name, data) : timers(data);
  data.mac = hmac(*key_, with_length(prior_mac_) + message + tail);
  prior_mac_ = data.mac;
  first_ = false;
  append_rr(message, key_->name, data);
}

std::size_t TsigSigner::overhead() const {
  constexpr std::size_t kFixed = 10 + 16 + 6;  // record head, data without names, other time
  constexpr std::size_t kAlgorithmBytes = 13;
  return key_->name.wire().size() + kFixed + kAlgorithmBytes + EVP_MAX_MD_SIZE;
}

void append_tsig_error(std::string& message, const TsigCheck& check, Instant now) {
  TsigData data;
  data.algorithm = check.data.algorithm;
  data.time_s = check.error == kBadTime ? check.data.time_s : seconds(now);
  data.fudge_s = kFudgeSeconds;
  data.original_id = get16(message, 0);
  data.error = check.error;
  append_rr(message, check.key_name, data);
}

Status TsigVerifier::verify(std::string_view bytes, Instant now) {
  TRY(const Message message, decode(bytes));
  if (first_) {
    const TsigCheck check = check_tsig(bytes, message, keys_, now, prior_mac_);
    if (check.state != TsigCheck::State::kVerified) {
      return fail(Code::kUnauthenticated, "the answer is not signed by the shared key", {},
                  "RFC 8945 §5.3");
    }
    prior_mac_ = check.data.mac;
    first_ = false;
    return {};
  }
  if (!has_tsig(message)) {
    if (++unsigned_count_ > kUnsignedLimit) {
      return fail(Code::kUnauthenticated, "over 99 messages without a signature");
    }
    unsigned_ += bytes;
    return {};
  }
  if (message.additional.empty() || !well_placed(message)) {
    return fail(Code::kUnauthenticated, "misplaced TSIG record");
  }
  TRY(const TsigData data, tsig_of(message.additional.back()));
  const std::string expected =
      hmac(keys_.front(), with_length(prior_mac_) + unsigned_ +
                              stripped(bytes, message, data.original_id) + timers(data));
  const bool named = message.additional.back().name == keys_.front().name;
  if (!named || !same_mac(data.mac, expected) || !in_time(data, now)) {
    return fail(Code::kUnauthenticated, "a later message has a wrong signature");
  }
  prior_mac_ = data.mac;
  unsigned_.clear();
  unsigned_count_ = 0;
  return {};
}

}  // namespace tocsin::enforce::dns
