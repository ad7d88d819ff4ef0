#include "help.h"

#include <algorithm>
#include <array>
#include <set>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace tocsin::cli {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kColumnLimit = 30;

struct Cell {
  std::size_t bytes = 1;
  std::size_t width = 1;
};

/// The character at the beginning of a non-empty text.
Cell first_cell(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  std::int32_t at = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, at, size, c);
  Cell cell{static_cast<std::size_t>(at), 1};
  if (c < 0) return cell;
  const auto type = u_charType(c);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) {
    cell.width = 0;
  } else {
    const int east = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    if (east == U_EA_WIDE || east == U_EA_FULLWIDTH) cell.width = 2;
  }
  return cell;
}

/// A closing mark stays with the character before it.
bool closes(std::string_view text) {
  constexpr std::array<std::string_view, 10> kMarks{"，", "。", "；", "：", "、",
                                                    "）", "》", "」", "！", "？"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return text.starts_with(mark); });
}

bool starts_with(const std::vector<std::string>& path, const std::vector<std::string>& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t have = display_width(text);
  return text + std::string(have < width ? width - have : 0, ' ');
}

using Row = std::pair<std::string, std::string>;

/// `  left   right`, the right side wrapped into its own column.
std::string rows(const std::string& title, const std::vector<Row>& entries) {
  if (entries.empty()) return {};
  std::size_t column = 0;
  for (const auto& [left, right] : entries) {
    if (const std::size_t width = display_width(left); width <= kColumnLimit) {
      column = std::max(column, width);
    }
  }
  std::string out = "\n" + title + "\n";
  for (const auto& [left, right] : entries) {
    out += "  " + padded(left, column);
    if (display_width(left) > column) out += "\n  " + std::string(column, ' ');
    out += "  " + wrap(right, kWidth - column - 4, column + 4) + "\n";
  }
  return out;
}

std::string option_left(const Option& option) {
  return option.value.empty() ? option.name : option.name + " " + option.value;
}

std::string option_right(const Option& option, Lang lang) {
  const bool zh = lang == Lang::kZh;
  std::string out = option.help.in(lang);
  if (option.required) out += zh ? "（必填）" : " (required)";
  if (option.repeated) out += zh ? "（可重复）" : " (may be repeated)";
  if (!option.otherwise.empty()) {
    out += zh ? "（默认 " + option.otherwise + "）" : " (default: " + option.otherwise + ")";
  }
  return out;
}

std::vector<Row> option_rows(const std::vector<Option>& options, Lang lang) {
  std::vector<Row> out;
  for (const Option& option : options) {
    out.emplace_back(option_left(option), option_right(option, lang));
  }
  return out;
}

std::string usage_of(const Command& command, Lang lang) {
  std::string out = "tocsin " + join(command.path, " ");
  for (const Option& option : command.options) {
    if (option.required) out += " " + option_left(option);
  }
  out += lang == Lang::kZh ? " [选项]" : " [options]";
  for (const Positional& positional : command.positionals) {
    const std::string text = positional.name + (positional.repeated ? "..." : "");
    out += positional.required ? " " + text : " [" + text + "]";
  }
  return out;
}

std::string examples_of(const Command& command, Lang lang) {
  if (command.examples.empty()) return {};
  std::string out = lang == Lang::kZh ? "\n示例\n" : "\nExamples\n";
  for (const auto& [line, shows] : command.examples) {
    out += "  " + line + "\n      " + wrap(shows.in(lang), kWidth - 6, 6) + "\n";
  }
  return out;
}

/// What a person or a script meets in every command: exit codes and requirement numbers.
std::string codes_of(Lang lang) {
  if (lang == Lang::kZh) {
    return rows("退出码", {{"0", "完成"},
                           {"1", "校验不通过，或内部出错"},
                           {"2", "命令或输入有误"},
                           {"3", "没有所查的对象，或无权知悉"},
                           {"4", "不予办理：未登录、无权限、不符合规则或有冲突"},
                           {"5", "枢纽（或其须询问的解析器）没有应答"}}) +
           rows("依据", {{"W17-05", requirement_note(lang)}});
  }
  return rows("Exit codes", {{"0", "done"},
                             {"1", "a check said no, or something failed inside"},
                             {"2", "the command or its input is wrong"},
                             {"3", "not found, or not for you to know"},
                             {"4",
                              "refused: not signed in, not permitted, against a rule, or in "
                              "conflict with what is there"},
                             {"5", "the hub, or a resolver that it must ask, does not answer"}}) +
         rows("Grounds", {{"W17-05", requirement_note(lang)}});
}

}  // namespace

std::string requirement_note(Lang lang) {
  return Text{
      "形如 [W17-05] 的编号指法规要求：2017 年《办法》的第 5 项要求，全表见 "
      "docs/coverage.md；M11、T05 等为其他法规。",
      "A number such as [W17-05] is the requirement behind an answer: requirement 5 of the "
      "2017 Measures in docs/coverage.md; M11, T05 and so on are other rules there."}
      .in(lang);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Cell cell = first_cell(text);
    width += cell.width;
    text.remove_prefix(cell.bytes);
  }
  return width;
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string margin = "\n" + std::string(indent, ' ');
  std::string out;
  std::string word;  // what must stay together
  std::size_t word_width = 0;
  std::size_t line_width = 0;
  bool space = false;
  const auto flush = [&] {
    if (word.empty()) return;
    const std::size_t gap = space && line_width > 0 ? 1 : 0;
    if (line_width > 0 && line_width + gap + word_width > width) {
      out += margin;
      line_width = 0;
    } else if (gap > 0) {
      out += ' ';
      ++line_width;
    }
    out += word;
    line_width += word_width;
    word.clear();
    word_width = 0;
    space = false;
  };
  while (!text.empty()) {
    const Cell cell = first_cell(text);
    const std::string_view piece = text.substr(0, cell.bytes);
    text.remove_prefix(cell.bytes);
    if (piece == " " || piece == "\n") {
      flush();
      space = true;
      if (piece == "\n") {
        out += margin;
        line_width = 0;
      }
      continue;
    }
    if (cell.width == 2 && !closes(piece)) flush();
    word += piece;
    word_width += cell.width;
    if (cell.width == 2 && !closes(text)) flush();
  }
  flush();
  return out;
}

std::string table(const std::vector<std::string>& header,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  };
  measure(header);
  for (const auto& row : rows) measure(row);
  std::string out;
  const auto print_row = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? padded(row[i], widths[i]) + "  " : row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  if (!header.empty()) {
    print_row(header);
    std::vector<std::string> rule;
    for (std::size_t i = 0; i < header.size(); ++i) rule.emplace_back(widths[i], '-');
    print_row(rule);
  }
  for (const auto& row : rows) print_row(row);
  return out;
}

const std::vector<Option>& global_options() {
  static const std::vector<Option> options{
      {.name = "--json",
       .value = "",
       .help = {"输出 JSON，供程序读取", "print JSON, for programs"}},
      {.name = "--lang",
       .value = "zh|en",
       .help = {"界面语言；默认取自环境变量 LC_ALL、LC_MESSAGES、LANG",
                "language; otherwise from LC_ALL, LC_MESSAGES, LANG"}},
      {.name = "--help", .value = "", .help = {"显示帮助", "show this help"}},
      {.name = "--version", .value = "", .help = {"显示版本", "show the version"}},
  };
  return options;
}

const Command* find_command(const std::vector<Command>& commands,
                            const std::vector<std::string>& path) {
  for (const Command& command : commands) {
    if (command.path == path) return &command;
  }
  return nullptr;
}

std::vector<std::string> next_words(const std::vector<Command>& commands,
                                    const std::vector<std::string>& path) {
  std::set<std::string> words;
  for (const Command& command : commands) {
    if (command.path.size() > path.size() && starts_with(command.path, path)) {
      words.insert(command.path[path.size()]);
    }
  }
  return {words.begin(), words.end()};
}

std::string help(const std::vector<Command>& commands, const std::vector<std::string>& path,
                 Lang lang) {
  const bool zh = lang == Lang::kZh;
  const Command* command = find_command(commands, path);
  std::string out;
  if (command != nullptr) {
    out += wrap(command->summary.in(lang), kWidth, 0) + "\n";
    out += std::string(zh ? "\n用法\n  " : "\nUsage\n  ") + usage_of(*command, lang) + "\n";
    if (!command->description.in(lang).empty()) {
      out += "\n" + wrap(command->description.in(lang), kWidth, 0) + "\n";
    }
    std::vector<Row> positionals;
    for (const Positional& one : command->positionals) {
      positionals.emplace_back(one.name, one.help.in(lang) + (one.required ? ""
                                                              : zh         ? "（可省略）"
                                                                           : " (optional)"));
    }
    out += rows(zh ? "参数" : "Arguments", positionals);
    out += rows(zh ? "选项" : "Options", option_rows(command->options, lang));
  } else {
    const std::string name = path.empty() ? "tocsin" : "tocsin " + join(path, " ");
    if (path.empty()) {
      out += zh ? "警钟：从第一次发现威胁，到依法处置、逐步留证的工具。\n"
                : "Tocsin: from the first sighting of a threat to a lawful, proven block.\n";
    }
    out += zh ? (path.empty() ? "\n用法\n  " : "用法\n  ") + name + " 命令 [选项]\n"
              : (path.empty() ? "\nUsage\n  " : "Usage\n  ") + name + " COMMAND [options]\n";
  }
  std::vector<Row> children;
  for (const Command& one : commands) {
    if (one.path.size() > path.size() && starts_with(one.path, path)) {
      const std::vector<std::string> rest(
          one.path.begin() + static_cast<std::ptrdiff_t>(path.size()), one.path.end());
      children.emplace_back(join(rest, " "), one.summary.in(lang));
    }
  }
  std::sort(children.begin(), children.end());
  out += rows(zh ? "命令" : "Commands", children);
  out += rows(zh ? "通用选项" : "Options of every command", option_rows(global_options(), lang));
  if (command != nullptr) out += examples_of(*command, lang);
  if (path.empty()) out += codes_of(lang);
  if (!children.empty()) {
    out += zh ? "\n输入 tocsin help 命令 查看某个命令的说明。\n"
              : "\n`tocsin help COMMAND` explains one command.\n";
  }
  return out;
}

}  // namespace tocsin::cli
