#include "attribution/rows.h"

#include <algorithm>

#include "attribution/data_set.h"
#include "attribution/reader.h"
#include "attribution/words.h"

namespace tocsin::attribution {
namespace {

using model::ReferenceKind;
using Columns = std::vector<std::string>;

RowOutcome refused(std::string code, std::string en, std::string zh) {
  RowOutcome out;
  out.what = RowOutcome::What::kRefused;
  out.code = std::move(code);
  out.reason = {std::move(zh), std::move(en)};
  return out;
}

RowOutcome ignored() {
  RowOutcome out;
  out.what = RowOutcome::What::kIgnored;
  return out;
}

RowOutcome bad_columns(std::string_view wanted) {
  return refused("columns", "the columns are " + std::string(wanted),
                 "列应为 " + std::string(wanted));
}

/// Tabs separate the columns of a value, so none may be in one.
std::string plain(std::string_view text) {
  std::string out(trim(text));
  std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return out;
}

/// Sets the range of a row from two columns; an outcome only when they are no range.
std::optional<RowOutcome> set_range(Row& row, std::string_view first, std::string_view last) {
  const auto a = match::parse_address(trim(first));
  const auto b = match::parse_address(trim(last));
  if (!a || !b) return refused("address", "start or end is no address", "起止地址格式不正确");
  if (a->is_v4() != b->is_v4())
    return refused("family", "start and end are of two families", "起止地址不属于同一协议版本");
  if (*b < *a) return refused("order", "the end lies before the start", "结束地址早于起始地址");
  row.first = *a;
  row.last = *b;
  return std::nullopt;
}

std::optional<std::uint32_t> asn_of(std::string_view text) {
  text = trim(text);
  if (text.size() > 2 && iequals(text.substr(0, 2), "as")) text.remove_prefix(2);
  const auto number = to_int(text);
  if (!number || *number < 0 || *number > 0xffff'ffffLL) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

bool is_country(std::string_view text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

/// The header line of files that have one.
bool is_header(const Columns& c) {
  return !c.empty() && (iequals(trim(c[0]), "start") || iequals(trim(c[0]), "range_start") ||
                        iequals(trim(c[0]), "asn"));
}

RowOutcome asn_row(const Columns& c) {
  RowOutcome out;
  if (c.size() < 3) return bad_columns("start, end, asn, name | start, end, asn, country, name");
  if (auto bad = set_range(out.row, c[0], c[1])) return *bad;
  const auto asn = asn_of(c[2]);
  if (!asn) return refused("asn", "no number of an autonomous system", "自治系统号不正确");
  if (*asn == 0) return ignored();  // "not routed" in the tables of iptoasn
  out.row.value = asn_value(*asn, c.size() == 3 ? "" : c.back());
  return out;
}

RowOutcome country_row(const Columns& c) {
  RowOutcome out;
  if (c.size() < 3) return bad_columns("start, end, country");
  if (auto bad = set_range(out.row, c[0], c[1])) return *bad;
  const std::string_view country = trim(c[2]);
  if (country.empty() || country == "None" || country == "ZZ") return ignored();
  if (!is_country(country))
    return refused("country", "no code of ISO 3166", "不是 ISO 3166 国家和地区代码");
  out.row.value = country;
  return out;
}

RowOutcome province_row(const Columns& c) {
  RowOutcome out;
  if (c.size() != 5) return bad_columns("start, end, province, city, isp");
  if (auto bad = set_range(out.row, c[0], c[1])) return *bad;
  const auto known = [](std::string_view text) { return text == "0" ? "" : plain(text); };
  const std::string province = known(c[2]);
  if (!province.empty() && division_code(province).empty()) {
    return refused("province", "no province of GB/T 2260 begins like '" + province + "'",
                   "“" + province + "”不是 GB/T 2260 省级名称");
  }
  const std::string city = known(c[3]);
  const std::string isp = known(c[4]);
  if (province.empty() && city.empty() && isp.empty()) return ignored();
  out.row.value = province + "\t" + city + "\t" + isp;
  return out;
}

/// One prefix a line, or one address.
RowOutcome cidr_row(std::string_view line, std::string_view value) {
  RowOutcome out;
  line = trim(line.substr(0, line.find_first_of("#;")));
  bool host_bits = false;
  if (const auto prefix = match::parse_prefix(line, &host_bits)) {
    if (host_bits) {
      return refused("host-bits", "the prefix has host bits", "前缀的主机位不为零");
    }
    out.row.first = prefix->first();
    out.row.last = prefix->last();
  } else if (const auto address = match::parse_address(line)) {
    out.row.first = out.row.last = *address;
  } else {
    return refused("prefix", "neither a prefix nor an address", "既不是前缀也不是地址");
  }
  out.row.value = value;
  return out;
}

RowOutcome number_row(std::string_view line) {
  RowOutcome out;
  const auto bar = line.find('|');
  const std::string_view digits = trim(line.substr(0, bar));
  if (bar == std::string_view::npos) return bad_columns("prefix|text");
  if (digits.empty() || digits.size() > kLongestNumber ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return refused("prefix", "a prefix is 1 to 15 digits", "号段应为 1 至 15 位数字");
  }
  out.row.value = plain(line.substr(bar + 1));
  if (out.row.value.empty()) return ignored();
  out.row.first_number = first_number(digits);
  out.row.last_number = last_number(digits);
  return out;
}

RowOutcome asn_name_row(const Columns& c) {
  RowOutcome out;
  if (c.size() < 2) return bad_columns("asn, name");
  const auto asn = asn_of(c[0]);
  if (!asn) return refused("asn", "no number of an autonomous system", "自治系统号不正确");
  out.row.value = plain(c[1]);
  if (out.row.value.empty()) return ignored();
  out.row.first_number = out.row.last_number = *asn;
  return out;
}

}  // namespace

std::string_view name(RowForm form) {
  switch (form) {
    case RowForm::kCsv:
      return "csv";
    case RowForm::kTsv:
      return "tsv";
    case RowForm::kCidrList:
      return "cidr-list";
    case RowForm::kPrefixText:
      return "prefix-text";
  }
  panic(__FILE__, __LINE__, "unknown RowForm");
}

RowForm form_of(ReferenceKind kind, std::string_view line) {
  if (kind == ReferenceKind::kPhoneRegion || kind == ReferenceKind::kPhoneCarrier) {
    return RowForm::kPrefixText;
  }
  if (kind == ReferenceKind::kIpOperator || kind == ReferenceKind::kIpHosting) {
    return RowForm::kCidrList;
  }
  if (line.find('\t') != std::string_view::npos) return RowForm::kTsv;
  const bool list = kind == ReferenceKind::kIpCountry && line.find(',') == std::string_view::npos;
  return list ? RowForm::kCidrList : RowForm::kCsv;
}

std::optional<Columns> columns_of(std::string_view line, char separator) {
  Columns out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      out.back().push_back('"');
      ++i;
    } else if (c == '"' && (quoted || out.back().empty())) {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      if (out.size() == kMaxReferenceColumns) return std::nullopt;
      out.emplace_back();
    } else {
      out.back().push_back(c);
    }
  }
  if (quoted) return std::nullopt;
  return out;
}

RowOutcome read_row(ReferenceKind kind, RowForm form, std::string_view name,
                    std::string_view line) {
  if (!is_utf8(line)) return refused("encoding", "the line is not UTF-8", "该行不是 UTF-8 编码");
  if (form == RowForm::kPrefixText) return number_row(line);
  if (form == RowForm::kCidrList) {
    if (kind == ReferenceKind::kIpCountry && !is_country(name)) {
      return refused("country", "a list of prefixes of a country is named by its ISO 3166 code",
                     "国家和地区前缀列表须以 ISO 3166 代码命名");
    }
    return cidr_row(line, name);
  }
  const auto columns = columns_of(line, form == RowForm::kTsv ? '\t' : ',');
  if (!columns) {
    return refused("columns", "an open quote or too many columns", "引号未闭合或列数过多");
  }
  if (is_header(*columns)) return ignored();
  switch (kind) {
    case ReferenceKind::kIpAsn:
      return asn_row(*columns);
    case ReferenceKind::kIpCountry:
      return country_row(*columns);
    case ReferenceKind::kIpProvince:
      return province_row(*columns);
    case ReferenceKind::kAsn:
      return asn_name_row(*columns);
    default:
      return bad_columns("other");
  }
}

std::string asn_value(std::uint32_t asn, std::string_view name) {
  return std::to_string(asn) + "\t" + plain(name);
}

}  // namespace tocsin::attribution
