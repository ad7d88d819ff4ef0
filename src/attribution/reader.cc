#include "attribution/reader.h"

#include <unordered_map>

#include "attribution/mmdb.h"
#include "attribution/rows.h"
#include "base/crypto/hash.h"

namespace tocsin::attribution {
namespace {

using model::ReferenceKind;

tl::unexpected<Error> nothing_in_it() {
  return fail_bi(Code::kInvalid, "the file has no usable row; what was there before stays",
                 "文件中没有可用的数据行；原有数据保持不变", "file", "empty");
}

/// Collects rows into the three kinds of ranges, each value once.
class Builder {
 public:
  explicit Builder(ReferenceKind kind) : kind_(kind) {}

  void add(const Row& row) {
    const std::uint32_t value = intern(row.value);
    if (kind_ == ReferenceKind::kPhoneRegion || kind_ == ReferenceKind::kPhoneCarrier ||
        kind_ == ReferenceKind::kAsn) {
      numbers_.push_back({row.first_number, row.last_number, value});
    } else if (row.first.is_v4()) {
      v4_.push_back({v4_key(row.first), v4_key(row.last), value});
    } else {
      v6_.push_back({v6_key(row.first), v6_key(row.last), value});
    }
  }

  void finish(DataSet& into) {
    into.values = std::move(values_);
    into.v4 = FlatTable<std::uint32_t>(std::move(v4_));
    into.v6 = FlatTable<Wide>(std::move(v6_));
    into.numbers = FlatTable<std::uint64_t>(std::move(numbers_));
  }

 private:
  std::uint32_t intern(const std::string& value) {
    const auto [at, fresh] = known_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (fresh) values_.push_back(value);
    return at->second;
  }

  const ReferenceKind kind_;
  std::vector<std::string> values_;
  std::unordered_map<std::string, std::uint32_t> known_;
  std::vector<FlatTable<std::uint32_t>::Range> v4_;
  std::vector<FlatTable<Wide>::Range> v6_;
  std::vector<FlatTable<std::uint64_t>::Range> numbers_;
};

bool is_comment(std::string_view line) {
  return line.empty() || line.starts_with('#') || line.starts_with("//");
}

void refuse(model::ReferenceSet& info, std::int64_t number, std::string_view line,
            const RowOutcome& why) {
  ++info.refused;
  if (info.refusals.size() >= kKeptRefusals) return;
  std::string shown(line.substr(0, 200));
  if (!is_utf8(shown)) shown = hex(shown.substr(0, 100));
  info.refusals.push_back({number, std::move(shown), why.code, why.reason});
}

void read_text(DataSet& set, std::string_view bytes, Builder& builder) {
  auto& info = set.info;
  std::optional<RowForm> form;
  std::int64_t number = 0;
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > kMaxReferenceLine) {
      RowOutcome too_long;
      too_long.code = "too-long";
      too_long.reason = {"该行超过 64 KiB", "the line is longer than 64 KiB"};
      refuse(info, number, line, too_long);
      continue;
    }
    if (is_comment(trim(line))) {
      ++info.ignored;
      continue;
    }
    if (!form) form = form_of(info.kind, line);
    const RowOutcome outcome = read_row(info.kind, *form, info.name, line);
    switch (outcome.what) {
      case RowOutcome::What::kRow:
        builder.add(outcome.row);
        ++info.rows;
        break;
      case RowOutcome::What::kIgnored:
        ++info.ignored;
        break;
      case RowOutcome::What::kRefused:
        refuse(info, number, line, outcome);
        break;
    }
  }
  if (form) info.form = name(*form);
}

Status read_database(DataSet& set, std::string_view bytes, Builder& builder) {
  auto& info = set.info;
  info.form = "mmdb";
  if (info.kind != ReferenceKind::kIpAsn && info.kind != ReferenceKind::kIpCountry) {
    return fail_bi(Code::kInvalid, "a MaxMind DB gives ip-asn or ip-country",
                   "MaxMind DB 文件可作为 ip-asn 或 ip-country 导入", "kind");
  }
  return read_mmdb(bytes, [&](const MmdbRow& found) {
    Row row;
    row.first = found.prefix.first();
    row.last = found.prefix.last();
    if (info.kind == ReferenceKind::kIpAsn && found.asn != 0) {
      row.value = asn_value(found.asn, found.as_name);
    } else if (info.kind == ReferenceKind::kIpCountry) {
      row.value = found.country;
    }
    if (row.value.empty()) {
      ++info.ignored;
      return;
    }
    ++info.rows;
    builder.add(row);
  });
}

Status read_suffixes(DataSet& set, std::string_view bytes) {
  set.info.form = "suffix-list";
  auto suffixes = suffixes_from(bytes);
  if (!suffixes) return nothing_in_it();
  set.info.rows = suffixes->rules();
  set.values.emplace_back(bytes);
  set.suffixes = std::move(*suffixes);
  return {};
}

}  // namespace

Result<DataSet> read_reference(const ReadRequest& request, std::string_view bytes) {
  if (bytes.size() > kMaxReferenceBytes) {
    return fail_bi(Code::kTooLarge, "a file of reference data is at most 256 MiB",
                   "基础数据文件不超过 256 MiB", "file");
  }
  DataSet set;
  set.info.kind = request.kind;
  set.info.name = request.name;
  set.info.source_bytes = static_cast<std::int64_t>(bytes.size());
  set.info.source_digest = crypto::sha256_hex(bytes);
  if (request.kind == ReferenceKind::kSuffixes) {
    TRY_STATUS(read_suffixes(set, bytes));
  } else {
    Builder builder(request.kind);
    if (is_mmdb(bytes)) {
      TRY_STATUS(read_database(set, bytes, builder));
    } else {
      read_text(set, bytes, builder);
    }
    builder.finish(set);
  }
  if (set.info.rows == 0) {
    if (set.info.refusals.empty()) return nothing_in_it();
    const auto& first = set.info.refusals.front();
    return fail_bi(Code::kInvalid,
                   "no usable row; what was there before stays. Line " +
                       std::to_string(first.line) + ": " + first.reason.en,
                   "没有可用的数据行，原有数据保持不变。第 " + std::to_string(first.line) +
                       " 行：" + first.reason.zh,
                   "file", "empty");
  }
  set.measure();
  return set;
}

}  // namespace tocsin::attribution
