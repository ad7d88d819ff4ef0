// Transaction signatures with shared keys (RFC 8945): hmac-sha256 and hmac-sha512, full length
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "enforce/dns/wire.h"

namespace tocsin::enforce::dns {

enum class TsigAlgorithm { kHmacSha256, kHmacSha512 };

/// `hmac-sha256`, `hmac-sha512`: the spelling of both the protocol and the resolvers' files.
std::string_view name(TsigAlgorithm algorithm);
std::optional<TsigAlgorithm> tsig_algorithm(std::string_view name);

struct TsigKey {
  Name name;
  TsigAlgorithm algorithm = TsigAlgorithm::kHmacSha256;
  std::string secret;  ///< raw bytes, at least 16
};

enum TsigError : std::uint16_t {
  kTsigOk = 0,
  kBadSig = 16,
  kBadKey = 17,
  kBadTime = 18,
  kBadTrunc = 22
};

/// The data of a TSIG record.
struct TsigData {
  Name algorithm;
  std::uint64_t time_s = 0;  ///< 48 bits
  std::uint16_t fudge_s = 300;
  std::string mac;
  std::uint16_t original_id = 0;
  std::uint16_t error = kTsigOk;
  std::string other;
};
Result<TsigData> tsig_of(const Rr& rr);
std::string rdata_of(const TsigData& data);

/// What a signature on a request turned out to be.
struct TsigCheck {
  enum class State {
    kUnsigned,   ///< no TSIG record
    kVerified,   ///< key, signature and time are right
    kRejected,   ///< answer NOTAUTH with `error`
    kMalformed,  ///< answer FORMERR, unsigned (RFC 8945 §5.2)
  };
  State state = State::kUnsigned;
  std::uint16_t error = kTsigOk;
  const TsigKey* key = nullptr;  ///< set when verified, and for kBadTime (which is answered signed)
  Name key_name;                 ///< as sent
  TsigData data;
};

/// Checks key, then signature in constant time, then time, in that order (RFC 8945 §5.2). `bytes`
/// is what was received and `message` its decoded form. `prior_mac` is empty for requests, the
/// request's MAC for responses. The keys must outlive the result.
TsigCheck check_tsig(std::string_view bytes, const Message& message,
                     const std::vector<TsigKey>& keys, Instant now,
                     std::string_view prior_mac = {});

/// Signs the messages of one answer, each one: the first over request MAC, message and variables,
/// those after it over the MAC before, message and timers (RFC 8945 §5.3.1). The key must outlive
/// it.
class TsigSigner {
 public:
  /// `request_mac` is empty when a request is to be signed.
  TsigSigner(const TsigKey& key, std::string request_mac)
      : key_(&key), prior_mac_(std::move(request_mac)) {}
  /// Appends the TSIG record to an encoded message. `error` kBadTime adds the server's time.
  void sign(std::string& message, Instant now, std::uint16_t error = kTsigOk,
            std::uint64_t request_time_s = 0);
  /// The MAC of the last signed message.
  const std::string& mac() const { return prior_mac_; }
  /// Bytes that sign() adds at most.
  std::size_t overhead() const;

 private:
  const TsigKey* key_;
  std::string prior_mac_;
  bool first_ = true;
};

/// Appends a TSIG record without a MAC: the answer to BADKEY and BADSIG (RFC 8945 §5.3.2).
void append_tsig_error(std::string& message, const TsigCheck& check, Instant now);

/// Checks the messages of one answer in their order; up to 99 between two signed ones may carry
/// none.
class TsigVerifier {
 public:
  TsigVerifier(TsigKey key, std::string request_mac)
      : keys_{std::move(key)}, prior_mac_(std::move(request_mac)) {}
  /// kUnauthenticated when a signature is missing or wrong.
  Status verify(std::string_view bytes, Instant now);
  /// False when the last message seen was unsigned: an answer must not end so.
  bool complete() const { return unsigned_.empty() && !first_; }

 private:
  std::vector<TsigKey> keys_;
  std::string prior_mac_;
  std::string unsigned_;  // messages since the last signed one
  int unsigned_count_ = 0;
  bool first_ = true;
};

}  // namespace tocsin::enforce::dns
