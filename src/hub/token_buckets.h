// How often an address may ask: a bucket of tokens each, which fill up with time.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/guarded.h"
#include "base/time.h"
#include "match/address.h"

namespace tocsin::hub {

/// Thread safety: safe. Memory: at most `most` buckets; beyond them strangers share one.
class TokenBuckets {
 public:
  TokenBuckets(double per_second, double burst, std::size_t most = 50'000)
      : per_second_(per_second), burst_(burst), most_(most) {}

  /// Takes a token of `remote` (`address:port`, or an address); false when there is none left.
  bool take(std::string_view remote, Instant now) {
    auto all = buckets_.lock();
    std::string key = key_of(remote);
    if (!all->contains(key) && all->size() >= most_) {
      std::erase_if(*all, [&](const auto& one) { return filled(one.second, now) >= burst_; });
      if (all->size() >= most_) key.clear();
    }
    auto& bucket = all->try_emplace(key, Bucket{burst_, now}).first->second;
    bucket = {filled(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

 private:
  struct Bucket {
    double tokens = 0;
    Instant at;
  };
  double filled(const Bucket& bucket, Instant now) const {
    const auto passed =
        static_cast<double>(std::max<std::int64_t>(now.micros - bucket.at.micros, 0));
    return std::min(burst_, bucket.tokens + passed / 1e6 * per_second_);
  }
  /// One household or host has a whole /64.
  static std::string key_of(std::string_view remote) {
    std::string_view host = remote.substr(0, remote.rfind(':'));
    if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
    const auto address = match::parse_address(host);
    if (!address) return std::string(remote);
    const std::size_t bytes = address->is_v4() ? 16 : 8;
    return {reinterpret_cast<const char*>(address->bytes.data()), bytes};
  }

  const double per_second_;
  const double burst_;
  const std::size_t most_;
  Guarded<std::unordered_map<std::string, Bucket>> buckets_;
};

}  // namespace tocsin::hub
