// Rule sets as text for people; built from the same JSON documents that programs get.
#include <fmt/format.h>

#include "law/explain.h"

namespace tocsin::law {
namespace {

const std::string& word(const Json& text, Lang lang) {
  return text.str(lang == Lang::kZh ? "zh" : "en");
}

std::string joined(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list.items()) out.push_back(item.as_string());
  return join(out, ", ");
}

std::string validity(const Json& set, Lang lang) {
  const std::string last = set["valid"].str("last_day");
  const std::string open = lang == Lang::kZh ? "今" : "now";
  return set["valid"].str("from") + (lang == Lang::kZh ? "至" : " to ") +
         (last.empty() ? open : last);
}

std::string cite_text(const Json& cite, Lang lang) {
  const Json& from = cite["cited"];
  const Json& to = cite["shown"];
  std::string out =
      fmt::format("{} {} {}", from.str("law"), from.str("version"), from.str("article"));
  if (to.is_null()) return out + " (" + cite.str("note") + ")";
  if (to == from) return out;
  const bool zh = lang == Lang::kZh;
  const std::string number =
      to.str("article").empty() ? (zh ? "条号未确认" : "number not confirmed") : to.str("article");
  const std::string& sure = cite.str("confidence");
  const char* sure_zh = sure == "confirmed" ? "已确认" : sure == "inferred" ? "推定" : "未确认";
  return zh ? fmt::format("{} -> {} {}（{}）", out, to.str("version"), number, sure_zh)
            : fmt::format("{} -> {} {} ({})", out, to.str("version"), number, sure);
}

std::string length_text(const Json& length) {
  std::string out = length.has("grades") ? joined(length["grades"]) + ": " : "";
  if (length.has("length")) out += std::to_string(length["length"].as_int()) + " ";
  out += length.str("unit");
  if (length.has("setting")) out += " (" + length.str("setting") + ")";
  return out;
}

void add_sections(const Json& set, Lang lang, std::string& out) {
  const bool zh = lang == Lang::kZh;
  const auto section = [&](const char* key, const char* title_zh, const char* title_en, auto line) {
    if (set[key].items().empty()) return;
    out += fmt::format("\n{}\n", zh ? title_zh : title_en);
    for (const Json& item : set[key].items()) out += "  " + line(item) + "\n";
  };
  section("notes", "说明", "notes", [&](const Json& n) { return word(n, lang); });
  section("articles", "条文", "articles", [&](const Json& a) {
    std::string line = fmt::format("{:<8} {}", a.str("number"), word(a["gist"], lang));
    if (!a["requirements"].items().empty()) line += " [" + joined(a["requirements"]) + "]";
    for (const Json& cite : a["cites"].items()) line += "\n           " + cite_text(cite, lang);
    return line;
  });
  section("duties", "职责", "duties", [&](const Json& d) {
    return fmt::format("{:<8} {}: {} [{}]", d.str("article"), word(d["who"], lang),
                       word(d["what"], lang), d.str("requirement"));
  });
  section("clocks", "时限", "clocks", [&](const Json& c) {
    std::vector<std::string> lengths;
    for (const Json& l : c["lengths"].items()) lengths.push_back(length_text(l));
    return fmt::format("{:<8} {} ({}): {} <- {}", c.str("article"), c.str("id"),
                       word(c["name"], lang), join(lengths, "; "), word(c["start"], lang));
  });
  section("settings", "法律未规定的设置项", "settings where the law is silent", [&](const Json& s) {
    return fmt::format("{:<8} {} = {}: {}", s.str("article"), s.str("id"), s.str("default"),
                       word(s["why"], lang));
  });
  section("forms", "表格", "forms", [&](const Json& f) {
    return fmt::format("{:<8} {} {}", f.str("article"), f.str("id"), word(f["title"], lang));
  });
  if (!set.has("grade_scheme")) return;
  const Json& scheme = set["grade_scheme"];
  out += fmt::format("\n{} ({})\n", word(scheme["name"], lang), scheme.str("version"));
  for (const Json& level : scheme["levels"].items()) {
    std::vector<std::string> any;
    for (const Json& c : level["any"].items()) {
      const bool over = c.has("over");
      any.push_back(fmt::format("{} {} {}", c.str("fact"), over ? ">" : ">=",
                                grouped(c[over ? "over" : "at_least"].as_int())));
    }
    out += fmt::format("  {:<4} {} - {}\n", level.str("level"), join(any, zh ? " 或 " : " or "),
                       word(level["impact"], lang));
  }
}

}  // namespace

std::string describe_list(const Library& library, Lang lang) {
  const bool zh = lang == Lang::kZh;
  const Json list = list_json(library);
  std::string out;
  for (const Json& set : list["rule_sets"].items()) {
    out +=
        fmt::format("{:<20} {}  {}\n", set.str("id"), validity(set, lang), word(set["name"], lang));
    if (!set["clocks"].items().empty()) {
      out += fmt::format("{:<20} {}{}\n", "", zh ? "时限：" : "clocks: ", joined(set["clocks"]));
    }
  }
  out +=
      fmt::format("\n{}{}\n", zh ? "工作日历：" : "working-day calendar: ", list.str("calendar"));
  return out;
}

Result<std::string> describe_rule_set(const Library& library, std::string_view id,
                                      std::string_view article, Date on, Lang lang) {
  TRY(const Json set, show_json(library, id, article, on));
  std::string out = fmt::format("{}  {}\n", set.str("id"), word(set["name"], lang));
  if (!set.str("document").empty()) out += set.str("document") + "\n";
  out += fmt::format("{}  {}\n", word(set["issuer"], lang), validity(set, lang));
  add_sections(set, lang, out);
  return out;
}

}  // namespace tocsin::law
