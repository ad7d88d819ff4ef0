#include "exchange/taxii/filter.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "base/text.h"

namespace tocsin::exchange::taxii {
namespace {

constexpr std::size_t kMac = 16;
constexpr std::size_t kPosition = 8;

tl::unexpected<Error> bad(std::string_view parameter, std::string_view en, std::string_view zh) {
  return fail_bi(Code::kInvalid, fmt::format("{}: {}", parameter, en),
                 fmt::format("{}：{}", parameter, zh), std::string(parameter), "TAXII-2.1-3.4");
}

Result<std::vector<std::string>> words(std::string_view parameter, std::string_view text,
                                       std::size_t most) {
  std::vector<std::string> out;
  for (const auto word : split(text, ',')) {
    if (trim(word).empty()) continue;
    if (out.size() == most) return bad(parameter, "too many values", "取值过多");
    out.emplace_back(trim(word));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<stix::Versions> versions(std::string_view text) {
  stix::Versions out;
  out.last = false;
  TRY(const auto list, words("match[version]", text, kMostWords));
  for (const auto& word : list) {
    if (word == "all") {
      out.all = true;
    } else if (word == "first") {
      out.first = true;
    } else if (word == "last") {
      out.last = true;
    } else {
      const auto time = stix::parse_timestamp(word);
      if (!time) {
        return bad("match[version]", "first, last, all or a time in UTC",
                   "应为 first、last、all 或 UTC 时间");
      }
      out.exact.push_back(*time);
    }
  }
  // A list that names nothing asks for nothing in particular.
  if (list.empty()) out.last = true;
  std::sort(out.exact.begin(), out.exact.end());
  return out;
}

Result<std::size_t> limit(std::string_view text) {
  const auto number = to_int(text);
  if (!number || *number < 1) return bad("limit", "a positive number", "应为正整数");
  return static_cast<std::size_t>(std::min<std::int64_t>(*number, kMostPerPage));
}

std::string big_endian(std::int64_t number) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
  }
  return out;
}

std::string mac(std::string_view secret, std::string_view collection, const Filter& filter,
                std::string_view position) {
  std::string text = "next\n";
  text.append(collection).append("\n").append(filter.text()).append("\n").append(position);
  return std::string(crypto::view(crypto::hmac_sha256(secret, text)).substr(0, kMac));
}

}  // namespace

bool Filter::plain() const {
  return ids.empty() && types.empty() && specs.empty() && !versions.first && versions.exact.empty();
}

std::string Filter::text() const {
  std::string out = "id=" + join(ids, ",") + "&type=" + join(types, ",") + "&version=";
  if (versions.all) out += "all,";
  if (versions.first) out += "first,";
  if (versions.last) out += "last,";
  for (const Instant t : versions.exact) out += std::to_string(t.micros) + ",";
  out += "&spec_version=";
  for (const auto spec : specs) out += std::string(stix::name(spec)) + ",";
  return out;
}

Result<Filter> parse_filter(const http::Query& query) {
  Filter out;
  for (const auto& [key, value] : query) {
    if (key == "added_after") {
      const auto time = stix::parse_timestamp(value);
      if (!time) return bad("added_after", "a time in UTC", "应为 UTC 时间");
      out.added_after = *time;
    } else if (key == "limit") {
      TRY(out.limit, limit(value));
    } else if (key == "next") {
      out.next = value;
    } else if (key == "match[id]") {
      TRY(out.ids, words(key, value, kMostIds));
    } else if (key == "match[type]") {
      TRY(out.types, words(key, value, kMostWords));
    } else if (key == "match[version]") {
      TRY(out.versions, versions(value));
    } else if (key == "match[spec_version]") {
      TRY(const auto list, words(key, value, kMostWords));
      out.specs.clear();
      for (const auto& word : list) {
        const auto spec = stix::spec_named(word);
        if (!spec) return bad(key, "2.0 or 2.1", "应为 2.0 或 2.1");
        out.specs.push_back(*spec);
      }
    }
  }
  return out;
}

std::string make_next(std::string_view secret, std::string_view collection, const Filter& filter,
                      Instant added) {
  const std::string position = big_endian(added.micros);
  return base64url(position + mac(secret, collection, filter, position));
}

Result<Instant> read_next(std::string_view secret, std::string_view collection,
                          const Filter& filter, std::string_view next) {
  const auto bytes = unbase64(next);
  const auto refused = [] {
    return bad("next", "not given out for this collection and filter",
               "并非由本服务为该集合和过滤条件给出");
  };
  if (!bytes || bytes->size() != kPosition + kMac) return refused();
  const std::string_view position = std::string_view(*bytes).substr(0, kPosition);
  const std::string_view given = std::string_view(*bytes).substr(kPosition);
  if (!crypto::constant_time_equal(mac(secret, collection, filter, position), given)) {
    return refused();
  }
  std::uint64_t number = 0;
  for (const char c : position) number = number << 8U | static_cast<unsigned char>(c);
  return Instant{static_cast<std::int64_t>(number)};
}

}  // namespace tocsin::exchange::taxii
