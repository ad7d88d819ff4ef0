#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

namespace tocsin {
namespace {

const Json kNull;
const std::string kEmptyString;
const Json::Array kEmptyArray;
const Json::Object kEmptyObject;

/// Receives the events of Boost.JSON's push parser and builds our value.
struct Builder {
  constexpr static std::size_t max_object_size = std::size_t(-1);
  constexpr static std::size_t max_array_size = std::size_t(-1);
  constexpr static std::size_t max_key_size = 1U << 20;
  constexpr static std::size_t max_string_size = 64U << 20;

  struct Level {
    bool is_object = false;
    Json::Array items;
    Json::Object members;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  Json root;
  std::vector<Level> levels;
  std::string buffer;
  std::string duplicate;

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  void add(Json value) {
    if (levels.empty()) {
      root = std::move(value);
    } else if (levels.back().is_object) {
      levels.back().members.emplace_back(std::move(levels.back().key), std::move(value));
    } else {
      levels.back().items.push_back(std::move(value));
    }
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) {
    levels.emplace_back();
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    Json value = Json::array(std::move(levels.back().items));
    levels.pop_back();
    add(std::move(value));
    return true;
  }
  bool on_object_begin(error_code&) {
    levels.emplace_back();
    levels.back().is_object = true;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    Json value = Json::object(std::move(levels.back().members));
    levels.pop_back();
    add(std::move(value));
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    buffer.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    buffer.append(part.data(), part.size());
    add(Json(std::exchange(buffer, {})));
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    buffer.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code& ec) {
    buffer.append(part.data(), part.size());
    Level& level = levels.back();
    // A linear look is enough for small objects; the set is only built past eight members.
    bool seen = false;
    if (level.members.size() < 8) {
      seen = std::any_of(level.members.begin(), level.members.end(),
                         [&](const Json::Member& m) { return m.first == buffer; });
    } else {
      if (level.keys.empty()) {
        for (const auto& member : level.members) level.keys.insert(member.first);
      }
      seen = !level.keys.insert(buffer).second;
    }
    if (seen) {
      duplicate = buffer;
      ec = boost::json::error::extra_data;
      return false;
    }
    level.key = std::exchange(buffer, {});
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t v, string_view, error_code&) {
    add(Json(v));
    return true;
  }
  bool on_uint64(std::uint64_t v, string_view, error_code&) {
    // Beyond 2^63 only floating point is left; no field of ours reaches it.
    add(Json(static_cast<double>(v)));
    return true;
  }
  bool on_double(double v, string_view, error_code&) {
    add(Json(v));
    return true;
  }
  bool on_bool(bool v, error_code&) {
    add(Json(v));
    return true;
  }
  bool on_null(error_code&) {
    add(Json());
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

void escape(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

enum class Shape { kLine, kPretty, kCanonical };

void write(std::string& out, const Json& v, Shape shape, int depth) {
  const auto newline = [&](int level) {
    if (shape != Shape::kPretty) return;
    out.push_back('\n');
    out.append(static_cast<std::size_t>(level) * 2, ' ');
  };
  if (v.is_null()) {
    out += "null";
  } else if (v.is_bool()) {
    out += v.as_bool() ? "true" : "false";
  } else if (v.is_int()) {
    out += std::to_string(v.as_int());
  } else if (v.is_number()) {
    const double d = v.as_double();
    if (std::isfinite(d)) {
      const std::string text = fmt::format("{}", d);
      out += text;
      if (text.find_first_of(".e") == std::string::npos) out += ".0";
    } else {
      out += "null";
    }
  } else if (v.is_string()) {
    escape(out, v.as_string());
  } else if (v.is_array()) {
    out.push_back('[');
    bool first = true;
    for (const Json& item : v.items()) {
      if (!first) out.push_back(',');
      first = false;
      newline(depth + 1);
      write(out, item, shape, depth + 1);
    }
    if (!first) newline(depth);
    out.push_back(']');
  } else {
    std::vector<const Json::Member*> members;
    for (const auto& member : v.members()) members.push_back(&member);
    if (shape == Shape::kCanonical) {
      std::sort(members.begin(), members.end(),
                [](const Json::Member* a, const Json::Member* b) { return a->first < b->first; });
    }
    out.push_back('{');
    bool first = true;
    for (const Json::Member* member : members) {
      if (!first) out.push_back(',');
      first = false;
      newline(depth + 1);
      escape(out, member->first);
      out += shape == Shape::kPretty ? ": " : ":";
      write(out, member->second, shape, depth + 1);
    }
    if (!first) newline(depth);
    out.push_back('}');
  }
}

std::string written(const Json& v, Shape shape) {
  std::string out;
  write(out, v, shape, 0);
  return out;
}

}  // namespace

Json Json::array(Array items) {
  Json out;
  out.value_ = std::move(items);
  return out;
}

Json Json::object(Object members) {
  Json out;
  out.value_ = std::move(members);
  return out;
}

bool Json::as_bool(bool otherwise) const {
  const auto* v = std::get_if<bool>(&value_);
  return v != nullptr ? *v : otherwise;
}

std::int64_t Json::as_int(std::int64_t otherwise) const {
  const auto* v = std::get_if<std::int64_t>(&value_);
  return v != nullptr ? *v : otherwise;
}

double Json::as_double(double otherwise) const {
  if (const auto* i = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*i);
  const auto* v = std::get_if<double>(&value_);
  return v != nullptr ? *v : otherwise;
}

const std::string& Json::as_string() const {
  const auto* v = std::get_if<std::string>(&value_);
  return v != nullptr ? *v : kEmptyString;
}

const Json::Array& Json::items() const {
  const auto* v = std::get_if<Array>(&value_);
  return v != nullptr ? *v : kEmptyArray;
}

const Json::Object& Json::members() const {
  const auto* v = std::get_if<Object>(&value_);
  return v != nullptr ? *v : kEmptyObject;
}

const Json& Json::operator[](std::string_view key) const {
  for (const auto& member : members()) {
    if (member.first == key) return member.second;
  }
  return kNull;
}

bool Json::has(std::string_view key) const {
  const auto& all = members();
  return std::any_of(all.begin(), all.end(), [&](const Member& m) { return m.first == key; });
}

Json& Json::set(std::string key, Json value) {
  if (is_null()) value_ = Object{};
  ASSERT(is_object());
  auto& all = std::get<Object>(value_);
  for (auto& member : all) {
    if (member.first == key) {
      member.second = std::move(value);
      return *this;
    }
  }
  all.emplace_back(std::move(key), std::move(value));
  return *this;
}

void Json::erase(std::string_view key) {
  if (auto* all = std::get_if<Object>(&value_)) {
    std::erase_if(*all, [&](const Member& m) { return m.first == key; });
  }
}

Json& Json::push(Json value) {
  if (is_null()) value_ = Array{};
  ASSERT(is_array());
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

std::string Json::dump() const { return written(*this, Shape::kLine); }
std::string Json::pretty() const { return written(*this, Shape::kPretty); }
std::string Json::canonical() const { return written(*this, Shape::kCanonical); }

Result<Json> Json::parse(std::string_view text, std::size_t max_depth) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<Builder> parser(options);
  boost::json::error_code ec;
  std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  Builder& built = parser.handler();
  if (!built.duplicate.empty()) {
    return fail_bi(Code::kInvalid, "JSON object repeats the key '" + built.duplicate + "'",
                   "JSON 对象中键“" + built.duplicate + "”重复", fmt::format("byte {}", used),
                   "RFC8259-4");
  }
  if (!ec && used < text.size() &&
      text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    ec = boost::json::error::extra_data;
  }
  if (ec) {
    return fail_bi(Code::kInvalid, "not JSON: " + ec.message(), "不是合法的 JSON：" + ec.message(),
                   fmt::format("byte {}", used), "RFC8259");
  }
  return std::move(built.root);
}

}  // namespace tocsin
