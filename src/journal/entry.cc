#include "journal/entry.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "base/text.h"

namespace tocsin::journal {

const std::string kGenesis(64, '0');

namespace {

constexpr int kMaxDepth = 32;
constexpr Instant kYear10000{
    253'402'272'000'000'000};  // in Asia/Shanghai; RFC 3339 has four digits

/// RFC 3339 in Asia/Shanghai with all six decimals: to_string() alone would lose three.
std::string exact(Instant t) {
  const std::string text = to_string(t);
  const auto micros = (t.micros % 1000 + 1000) % 1000;
  const std::size_t zone = text.size() - std::string_view("+08:00").size();
  return fmt::format("{}{:03}{}", text.substr(0, zone), micros, text.substr(zone));
}

Json to_json(const Basis& basis) {
  return Json::object({{"rule_set", basis.rule_set},
                       {"version", basis.version},
                       {"article", basis.article},
                       {"requirement", basis.requirement}});
}

Json without_hash(const Entry& entry) {
  return Json::object({{"seq", entry.seq},
                       {"time", exact(entry.time)},
                       {"actor", entry.actor},
                       {"org", entry.org},
                       {"action", entry.action},
                       {"subject", entry.subject},
                       {"threat", entry.threat},
                       {"basis", to_json(entry.basis)},
                       {"before", entry.before},
                       {"data", entry.data},
                       {"prev", entry.prev}});
}

tl::unexpected<Error> malformed(std::string field, const std::string& why,
                                const std::string& why_zh) {
  return fail_bi(Code::kInvalid, "journal entry: " + why, "日志条目：" + why_zh, std::move(field));
}

/// Reads a member that must be text.
Status take(const Json& from, std::string_view key, std::string& out) {
  if (!from[key].is_string()) return malformed(std::string(key), "text expected", "应为文本");
  out = from.str(key);
  return {};
}

Result<Basis> basis_from(const Json& json) {
  if (!json.is_object() || json.members().size() != 4) {
    return malformed("basis", "four members expected", "应有四项");
  }
  Basis out;
  TRY_STATUS(take(json, "rule_set", out.rule_set));
  TRY_STATUS(take(json, "version", out.version));
  TRY_STATUS(take(json, "article", out.article));
  TRY_STATUS(take(json, "requirement", out.requirement));
  return out;
}

Status check_text(std::string_view text, std::string_view field) {
  if (is_utf8(text)) return {};
  return malformed(std::string(field), "text is not UTF-8", "文本不是 UTF-8");
}

/// Values that RFC 8785 could write in two ways, or that JSON cannot carry, may not be hashed.
Status check_value(const Json& value, const std::string& field, int depth) {
  if (depth > kMaxDepth) return malformed(field, "nested too deep", "嵌套过深");
  if (value.is_number() && !value.is_int()) {
    return malformed(field, "floating-point numbers have no single spelling", "浮点数没有唯一写法");
  }
  if (value.is_string()) return check_text(value.as_string(), field);
  for (const Json& item : value.items()) TRY_STATUS(check_value(item, field, depth + 1));
  if (!value.is_object()) return {};
  std::vector<std::string_view> keys;
  for (const auto& [key, member] : value.members()) {
    TRY_STATUS(check_text(key, field));
    TRY_STATUS(check_value(member, field, depth + 1));
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
    return malformed(field, "a key is repeated", "键重复");
  }
  return {};
}

Status check_content(const Entry& entry) {
  if (entry.action.empty()) return malformed("action", "it has no action", "缺少动作");
  if (entry.time <= Instant{} || entry.time >= kYear10000) {
    return malformed("time", "it has no time that can be written", "缺少可书写的时间");
  }
  const std::pair<const std::string*, std::string_view> texts[] = {
      {&entry.actor, "actor"},
      {&entry.org, "org"},
      {&entry.action, "action"},
      {&entry.subject, "subject"},
      {&entry.threat, "threat"},
      {&entry.basis.rule_set, "basis.rule_set"},
      {&entry.basis.version, "basis.version"},
      {&entry.basis.article, "basis.article"},
      {&entry.basis.requirement, "basis.requirement"}};
  for (const auto& [text, field] : texts) TRY_STATUS(check_text(*text, field));
  TRY_STATUS(check_value(entry.before, "before", 0));
  return check_value(entry.data, "data", 0);
}

}  // namespace

Json to_json(const Entry& entry) {
  Json out = without_hash(entry);
  out.set("hash", entry.hash);
  return out;
}

Result<Entry> from_json(const Json& json) {
  constexpr std::size_t kMembers = 12;
  if (!json.is_object() || json.members().size() != kMembers) {
    return malformed({}, "twelve members expected", "应有十二项");
  }
  Entry out;
  if (!json["seq"].is_int() || json["seq"].as_int() < 1) {
    return malformed("seq", "a number from 1 expected", "应为不小于 1 的整数");
  }
  out.seq = static_cast<std::uint64_t>(json["seq"].as_int());
  TRY(out.time, parse_instant(json.str("time")));
  if (exact(out.time) != json.str("time")) {
    return malformed("time", "six decimals and +08:00 expected", "应有六位小数且时区为 +08:00");
  }
  TRY_STATUS(take(json, "actor", out.actor));
  TRY_STATUS(take(json, "org", out.org));
  TRY_STATUS(take(json, "action", out.action));
  TRY_STATUS(take(json, "subject", out.subject));
  TRY_STATUS(take(json, "threat", out.threat));
  TRY(out.basis, basis_from(json["basis"]));
  if (!json.has("before") || !json.has("data")) {
    return malformed("data", "`before` and `data` expected", "应有 before 与 data");
  }
  out.before = json["before"];
  out.data = json["data"];
  TRY_STATUS(take(json, "prev", out.prev));
  TRY_STATUS(take(json, "hash", out.hash));
  TRY_STATUS(check_content(out));
  return out;
}

std::string compute_hash(const Entry& entry) {
  return crypto::sha256_hex(without_hash(entry).canonical());
}

Result<Entry> append(Tip& tip, Entry entry) {
  ASSERT(tip.seq < static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  TRY_STATUS(check_content(entry));
  entry.seq = tip.seq + 1;
  entry.time = std::max(entry.time, tip.time);
  entry.prev = tip.hash;
  entry.hash = compute_hash(entry);
  tip = {entry.seq, entry.time, entry.hash};
  return entry;
}

Status follow(Tip& tip, const Entry& entry) {
  const auto broken = [&](const std::string& why, const std::string& why_zh) {
    return fail_bi(Code::kCorrupt, fmt::format("journal entry {}: {}", entry.seq, why),
                   fmt::format("日志条目 {}：{}", entry.seq, why_zh),
                   fmt::format("entry {}", entry.seq), "T05-22");
  };
  if (entry.seq != tip.seq + 1) {
    return broken(fmt::format("does not follow entry {}", tip.seq),
                  fmt::format("未紧随条目 {}", tip.seq));
  }
  if (entry.prev != tip.hash) {
    return broken("the entry before it was changed or removed", "前一条目被改动或删除");
  }
  if (entry.time < tip.time) return broken("time runs backwards", "时间倒退");
  if (compute_hash(entry) != entry.hash) {
    return broken("its content does not fit its hash", "内容与其哈希不符");
  }
  tip = {entry.seq, entry.time, entry.hash};
  return {};
}

Result<Tip> verify_chain(const EntrySource& next, Tip start) {
  for (;;) {
    TRY(const auto entry, next());
    if (!entry) return start;
    TRY_STATUS(follow(start, *entry));
  }
}

}  // namespace tocsin::journal
