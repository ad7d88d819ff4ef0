// The report as one accessible document: headings, tables with captions, charts that say in words
// what they show, colours that also print in grey.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "base/text.h"
#include "base/xml.h"
#include "model/labels.h"
#include "search/facts.h"
#include "situation/report.h"

namespace tocsin::situation {
namespace {

constexpr const char* kStyle =
    "body{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "sans-serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:0 auto;padding:1.5rem;"
    "line-height:1.6}"
    "h1{font-size:1.7rem;text-align:center;margin:0 0 .3rem}"
    ".when,.scope{text-align:center;margin:0;color:#444}.lead{font-size:1.1rem;margin:1.2rem 0}"
    "h2{font-size:1.25rem;border-bottom:2px solid #8c1c13;padding-bottom:.2rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #bbb;padding:.25rem .5rem;text-align:right}"
    "th[scope=row],th.text,td.text{text-align:left;font-weight:normal}"
    "thead th{border-bottom:2px solid #555;font-weight:bold}"
    "figure{margin:1rem 0}figcaption{font-size:.9rem;color:#444}svg{max-width:100%;height:auto}"
    "svg text{font-size:12px;fill:#1a1a1a}.now{fill:#8c1c13}.before{fill:#c9a227}"
    ".c0{stroke:#8c1c13}.c1{stroke:#1d4e89}.c2{stroke:#3c6e47}.c3{stroke:#7a4988}.c4{stroke:#555}"
    ".c0,.c1,.c2,.c3,.c4{fill:none;stroke-width:2}.axis{stroke:#888;stroke-width:1}"
    "footer{margin-top:2rem;font-size:.85rem;color:#444}"
    "@page{size:A4;margin:18mm}"
    "@media print{body{max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}"
    "table,figure{break-inside:avoid}thead{display:table-header-group}}";

/// A line for each curve, so that they are told apart without colours, too.
constexpr std::array<const char*, 5> kDashes = {"none", "8 3", "2 3", "8 3 2 3", "1 6"};

class Page {
 public:
  Page(const Report& report, Lang lang) : report_(report), lang_(lang) {}
  std::string run();

 private:
  std::string in(const Text& text) const {
    return xml_text(lang_ == Lang::kZh ? text.zh : text.en);
  }
  std::string column(std::string_view name) const { return in(column_title(name)); }
  void head();
  void table(const FigureGroup& group);
  void bars(const FigureGroup& group);
  void curves(const std::vector<Series>& all);
  void clocks(const std::vector<ClockRate>& all);

  const Report& report_;
  const Lang lang_;
  std::string out_;
  int charts_ = 0;
};

void Page::head() {
  const char* code = lang_ == Lang::kZh ? "zh-CN" : "en";
  out_ = fmt::format(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{0}\" xml:lang=\"{0}\">"
      "<head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/>"
      "<title>{1} {2} – {3}</title><style>{4}</style></head>\n<body><header><h1>{1}</h1>"
      "<p class=\"when\">{2} – {3}</p><p class=\"scope\">{5}</p></header>\n<main>\n"
      "<p class=\"lead\">{6}</p>\n",
      code, in(report_.title), report_.current.from, report_.current.until, kStyle,
      in(report_.scope), in(report_.lead));
}

void Page::table(const FigureGroup& group) {
  out_ += "<table><caption>" + in(group.title) + "</caption><thead><tr>";
  out_ += "<th scope=\"col\" class=\"text\">" + column("name") + "</th>";
  for (const char* name : {"current", "previous", "change", "last_year", "change_year"}) {
    out_ += "<th scope=\"col\">" + column(name) + "</th>";
  }
  out_ += "</tr></thead><tbody>\n";
  for (const auto& f : group.figures) {
    out_ += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        "\n",
        in(f.title), f.current.count, f.previous.count, change_text(f.change_percent),
        f.last_year.count, change_text(f.change_percent_year));
  }
  out_ += "</tbody></table>\n";
}

/// Bars of this period and the one before, longest as wide as there is room.
void Page::bars(const FigureGroup& group) {
  std::int64_t most = 0;
  for (const auto& f : group.figures) most = std::max({most, f.current.count, f.previous.count});
  if (most == 0 || group.figures.size() < 2) return;
  const int id = ++charts_;
  const std::size_t height = group.figures.size() * 34 + 8;
  out_ += fmt::format(
      "<figure><svg viewBox=\"0 0 640 {}\" role=\"img\" aria-labelledby=\"c{}\">"
      "<title id=\"c{}\">{}</title>\n",
      height, id, id, in(group.title));
  std::size_t y = 4;
  for (const auto& f : group.figures) {
    out_ += fmt::format("<text x=\"0\" y=\"{}\">{}</text>", y + 17, in(f.title));
    const std::pair<std::int64_t, const char*> both[] = {{f.current.count, "now"},
                                                         {f.previous.count, "before"}};
    std::size_t top = y;
    for (const auto& [count, style] : both) {
      const std::int64_t wide = count * 360 / most;
      out_ += fmt::format(
          "<rect class=\"{}\" x=\"200\" y=\"{}\" width=\"{}\" height=\"12\"/>"
          "<text x=\"{}\" y=\"{}\">{}</text>",
          style, top, wide, 206 + wide, top + 11, count);
      top += 14;
    }
    out_ += "\n";
    y += 34;
  }
  out_ +=
      fmt::format("</svg><figcaption>{}</figcaption></figure>\n",
                  in({"上条为本期，下条为上期", "upper bar: this period; lower: the one before"}));
}

void Page::curves(const std::vector<Series>& all) {
  std::int64_t most = 0;
  std::size_t points = 0;
  for (const auto& series : all) {
    points = std::max(points, series.points.size());
    for (const auto& p : series.points) most = std::max(most, p.number.count);
  }
  if (most == 0 || points < 2) return;
  const int id = ++charts_;
  out_ += fmt::format(
      "<figure><svg viewBox=\"0 0 640 {}\" role=\"img\" aria-labelledby=\"c{}\"><title id=\"c{}\">",
      230 + all.size() * 18, id, id);
  for (const auto& series : all) out_ += in(series.title) + " ";
  out_ += fmt::format(
      "</title>\n<path class=\"axis\" d=\"M50 10V200H630\" fill=\"none\"/>"
      "<text x=\"4\" y=\"16\">{}</text><text x=\"4\" y=\"204\">0</text>"
      "<text x=\"50\" y=\"218\">{}</text><text x=\"630\" y=\"218\" text-anchor=\"end\">{}</text>\n",
      most, report_.current.from, report_.current.until);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string line;
    for (std::size_t p = 0; p < all[i].points.size(); ++p) {
      const std::int64_t y = 200 - all[i].points[p].number.count * 190 / most;
      line += fmt::format("{}{} {}", p == 0 ? 'M' : 'L', 50 + p * 580 / (points - 1), y);
    }
    const std::size_t style = i % kDashes.size();
    const std::size_t y = 240 + i * 18;
    out_ += fmt::format(
        "<path class=\"c{0}\" stroke-dasharray=\"{1}\" d=\"{2}\"/>"
        "<path class=\"c{0}\" stroke-dasharray=\"{1}\" d=\"M50 {3}h40\"/>"
        "<text x=\"98\" y=\"{4}\">{5}</text>\n",
        style, kDashes[style], line, y, y + 4, in(all[i].title));
  }
  out_ += "</svg></figure>\n";
  // The same in numbers, for whoever does not see the curves.
  out_ += "<table><caption>" + in({"逐期数值", "the values of the curves"}) +
          "</caption><thead><tr><th scope=\"col\" class=\"text\">" + in({"日期", "from"}) + "</th>";
  for (const auto& series : all) out_ += "<th scope=\"col\">" + in(series.title) + "</th>";
  out_ += "</tr></thead><tbody>\n";
  for (std::size_t p = 0; p < points; ++p) {
    out_ += "<tr><th scope=\"row\">" + all.front().points[p].from + "</th>";
    for (const auto& series : all) {
      out_ += "<td>" + std::to_string(series.points[p].number.count) + "</td>";
    }
    out_ += "</tr>\n";
  }
  out_ += "</tbody></table>\n";
}

void Page::clocks(const std::vector<ClockRate>& all) {
  if (all.empty()) return;
  out_ += "<table><caption>" + in({"时限遵守情况", "clocks kept"}) + "</caption><thead><tr>";
  for (const char* name : {"clock", "unit"}) {
    out_ += "<th scope=\"col\" class=\"text\">" + column(name) + "</th>";
  }
  for (const auto fate : search::fates()) {
    out_ += "<th scope=\"col\">" + in(model::label(fate)) + "</th>";
  }
  out_ += "<th scope=\"col\">" + column("on_time") + "</th></tr></thead><tbody>\n";
  for (const auto& rate : all) {
    const Text unit = rate.unit.empty() ? Text{"合计", "all"} : rate.unit_title;
    out_ +=
        "<tr><th scope=\"row\">" + in(rate.title) + "</th><td class=\"text\">" + in(unit) + "</td>";
    for (const auto& fate : rate.fates) {
      out_ += "<td>" + std::to_string(fate.current.count) + "</td>";
    }
    out_ += "<td>" + (rate.on_time_percent ? std::to_string(*rate.on_time_percent) + "%" : "–") +
            "</td></tr>\n";
  }
  out_ += "</tbody></table>\n";
}

std::string Page::run() {
  head();
  for (const auto& section : report_.sections) {
    out_ += "<section><h2>" + in(section.title) + "</h2>\n";
    for (const auto& group : section.groups) {
      bars(group);
      table(group);
    }
    curves(section.series);
    clocks(section.clocks);
    out_ += "</section>\n";
  }
  out_ += "</main>\n<footer><p>" +
          in({"上期：" + report_.previous.from + " – " + report_.previous.until + "；去年同期：" +
                  report_.last_year.from + " – " + report_.last_year.until +
                  "。按发现、批准、提出之日统计；编制时间 " + report_.made + "。",
              "Period before: " + report_.previous.from + " – " + report_.previous.until +
                  "; last year: " + report_.last_year.from + " – " + report_.last_year.until +
                  ". Counted by the day of discovery, approval or filing; made " + report_.made +
                  "."}) +
          "</p></footer></body></html>\n";
  return std::move(out_);
}

}  // namespace

std::string html_of(const Report& report, Lang lang) { return Page(report, lang).run(); }

std::string html_policy() {
  const auto digest = crypto::sha256(kStyle);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  return "default-src 'none'; style-src 'sha256-" + base64(bytes) +
         "'; base-uri 'none'; form-action 'none'";
}

}  // namespace tocsin::situation
