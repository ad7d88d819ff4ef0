// The only file that includes CLI11. CLI11 splits the command line; every word that a person reads
// comes from help.cc, because CLI11 speaks only English.
#include "cli.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>

#include "base/nearest.h"
#include "base/typed_time.h"
#include "help.h"

namespace tocsin::cli {
namespace {

using Words = std::vector<std::string>;

Lang language_of(const char* const* argv, int argc) {
  std::string chosen;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--lang" && i + 1 < argc) chosen = argv[i + 1];
    if (word.starts_with("--lang=")) chosen = word.substr(7);
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (chosen.empty() && value != nullptr) chosen = value;
  }
  return to_lower(chosen).starts_with("zh") ? Lang::kZh : Lang::kEn;
}

/// Where CLI11 puts what one command was given.
struct Slots {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  Words positionals;
  std::vector<Words> options;       ///< beside command->options
  std::vector<std::int64_t> flags;  ///< the same
};

/// CLI11's tree of a table of commands.
class Parser {
 public:
  explicit Parser(const std::vector<Command>& commands) {
    prepare(root_);
    root_.add_flag("--json", json_);
    root_.add_option("--lang", lang_);
    root_.add_flag("--help,-h", help_);
    root_.add_flag("--version", version_);
    for (const Command& command : commands) add(command);
  }

  Status parse(int argc, const char* const* argv);

  bool wants_help() const { return help_; }
  bool wants_version() const { return version_; }
  bool json() const { return json_; }
  const std::string& lang() const { return lang_; }

  /// The names of the deepest command or group that was given.
  Words path() const {
    Words out;
    const CLI::App* at = &root_;
    while (!at->get_subcommands().empty()) {
      at = at->get_subcommands().front();
      out.push_back(at->get_name());
    }
    return out;
  }
  Words unknown() const { return root_.remaining(true); }
  const Words& after_dashes() const { return after_dashes_; }
  const Slots* slots() const {
    const Words given = path();
    for (const auto& one : slots_) {
      if (one->command->path == given) return one.get();
    }
    return nullptr;
  }

 private:
  static void prepare(CLI::App& app) {
    app.set_help_flag("");
    app.allow_extras();
    app.require_subcommand(0, 1);
  }

  void add(const Command& command) {
    CLI::App* at = &root_;
    Words path;
    for (const std::string& word : command.path) {
      path.push_back(word);
      CLI::App*& next = apps_[path];
      if (next == nullptr) {
        next = at->add_subcommand(word);
        prepare(*next);
        next->fallthrough();  // the options of every command are the root's
      }
      at = next;
    }
    auto slots = std::make_unique<Slots>();
    slots->command = &command;
    slots->app = at;
    slots->options.resize(command.options.size());
    slots->flags.resize(command.options.size());
    for (std::size_t i = 0; i < command.options.size(); ++i) {
      const Option& option = command.options[i];
      if (option.value.empty()) {
        at->add_flag(option.name, slots->flags[i]);
      } else {
        at->add_option(option.name, slots->options[i])
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      }
    }
    if (!command.positionals.empty()) {
      at->add_option("ARGUMENTS", slots->positionals)->expected(0, 1 << 20);
    }
    slots_.push_back(std::move(slots));
  }

  CLI::App root_{"", "tocsin"};
  std::map<Words, CLI::App*> apps_;  ///< owned by root_
  std::vector<std::unique_ptr<Slots>> slots_;
  bool json_ = false;
  bool help_ = false;
  bool version_ = false;
  std::string lang_;
  Words after_dashes_;
};

tl::unexpected<Error> usage(std::string en, std::string zh) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), {}, "usage");
}

Status Parser::parse(int argc, const char* const* argv) {
  // `--` is taken care of here: CLI11 gives what follows it to the parent command.
  const char* const* end = std::find(argv + 1, argv + argc, std::string_view("--"));
  try {
    root_.parse(static_cast<int>(end - argv), argv);
    if (end != argv + argc) after_dashes_.assign(end + 1, argv + argc);
    return {};
  } catch (const CLI::ArgumentMismatch& e) {
    const std::string what = e.what();
    const std::string option = what.substr(0, what.find(':'));
    return usage("the option " + option + " needs a value", "选项 " + option + " 缺少取值");
  } catch (const CLI::ParseError& e) {
    return usage(e.what(), std::string("命令行无法识别：") + e.what());
  }
}

/// A word that nothing wanted: a mistyped command, a mistyped option, or too much.
tl::unexpected<Error> unknown_word(const std::vector<Command>& commands, const Parser& parser) {
  const std::string word = parser.unknown().front();
  const Words path = parser.path();
  Words candidates;
  std::string en;
  std::string zh;
  if (word.starts_with('-')) {
    for (const Option& option : global_options()) candidates.push_back(option.name);
    if (const Command* command = find_command(commands, path)) {
      for (const Option& option : command->options) candidates.push_back(option.name);
    }
    en = "unknown option " + word;
    zh = "没有选项 " + word;
  } else {
    candidates = next_words(commands, path);
    en = candidates.empty() ? "unexpected argument " + word : "unknown command " + word;
    zh = candidates.empty() ? "多余的参数 " + word : "没有命令 " + word;
  }
  if (const auto meant = nearest(word, candidates)) {
    en += "; did you mean " + *meant + "?";
    zh += "，是否想输入 " + *meant + "？";
  } else if (!word.starts_with('-') && !path.empty() && !candidates.empty()) {
    en += "; there is " + join(candidates, ", ");
    zh += "；可用：" + join(candidates, "、");
  }
  return usage(en, zh);
}

Status fill_positionals(const Slots& slots, const Words& after_dashes, Args& args) {
  Words given = slots.positionals;
  given.insert(given.end(), after_dashes.begin(), after_dashes.end());
  std::size_t next = 0;
  for (const Positional& positional : slots.command->positionals) {
    Words& into = args.values[positional.name];
    while (next < given.size() && (into.empty() || positional.repeated)) {
      into.push_back(given[next++]);
    }
    if (into.empty()) args.values.erase(positional.name);
    if (positional.required && !args.has(positional.name)) {
      return usage("the argument " + positional.name + " is missing",
                   "缺少参数 " + positional.name);
    }
  }
  if (next < given.size()) {
    return usage("unexpected argument " + given[next], "多余的参数 " + given[next]);
  }
  return {};
}

/// What the table says of an option's values holds for each of them; times become RFC 3339.
Status check_values(const Option& option, Words& values) {
  for (std::string& value : values) {
    if (!option.words.empty() &&
        std::find(option.words.begin(), option.words.end(), value) == option.words.end()) {
      const auto meant = nearest(value, option.words);
      return usage(option.name + " cannot be '" + value + "'" +
                       (meant ? "; did you mean " + *meant + "?" : ".") + " There is " +
                       join(option.words, ", "),
                   option.name + " 不能是“" + value + "”" +
                       (meant ? "，是否想输入 " + *meant + "？" : "。") + "可选值：" +
                       join(option.words, "、"));
    }
    if (option.value != kTime) continue;
    const auto time = parse_typed_time(value);
    if (!time) return tl::unexpected(time.error().at(option.name));
    value = to_string(*time);
  }
  return {};
}

Status fill_options(const Slots& slots, Args& args) {
  for (std::size_t i = 0; i < slots.command->options.size(); ++i) {
    const Option& option = slots.command->options[i];
    if (option.value.empty()) {
      if (slots.flags[i] > 0) args.values[option.name] = {"true"};
      continue;
    }
    const Words& given = slots.options[i];
    if (given.size() > 1 && !option.repeated) {
      return usage("the option " + option.name + " was given twice",
                   "选项 " + option.name + " 重复出现");
    }
    if (!given.empty()) {
      TRY_STATUS(check_values(option, args.values[option.name] = given));
    } else if (option.required) {
      return usage("the option " + option.name + " is required", "缺少选项 " + option.name);
    } else if (!option.otherwise.empty()) {
      args.defaults[option.name] = {option.otherwise};
    }
  }
  return {};
}

/// `help` and `completion`; both look at the finished table.
void add_own(std::vector<Command>& commands) {
  Command help_command;
  help_command.path = {"help"};
  help_command.summary = {"显示某个命令的说明", "explain a command"};
  help_command.positionals = {{.name = "COMMAND",
                               .help = {"命令名", "names of the command"},
                               .required = false,
                               .repeated = true}};
  help_command.examples = {
      {"tocsin help completion", {"说明 completion 命令", "explains completion"}}};
  help_command.run = [&commands](const Args& args) {
    const Words& path = args.all("COMMAND");
    if (!path.empty() && find_command(commands, path) == nullptr &&
        next_words(commands, path).empty()) {
      const std::string name = join(path, " ");
      return report(args, usage("there is no command " + name, "没有命令 " + name).value());
    }
    std::fputs(help(commands, path, args.lang).c_str(), stdout);
    return static_cast<int>(kOk);
  };
  commands.push_back(std::move(help_command));

  Command completion_command;
  completion_command.path = {"completion"};
  completion_command.summary = {"输出 shell 补全脚本", "print a completion script for a shell"};
  completion_command.positionals = {
      {.name = "SHELL", .help = {"bash、zsh 或 fish", "bash, zsh or fish"}}};
  completion_command.examples = {
      {"source <(tocsin completion bash)", {"在当前 bash 中启用补全", "completes in this bash"}}};
  completion_command.run = [&commands](const Args& args) {
    const auto script = completion(commands, args.str("SHELL"), args.lang);
    if (!script) return report(args, script.error());
    std::fputs(script->c_str(), stdout);
    return static_cast<int>(kOk);
  };
  commands.push_back(std::move(completion_command));
}

int report_usage(const Args& args, const Error& error, const Words& path) {
  report(args, error);
  if (!args.json) {
    const std::string where = path.empty() ? "" : " " + join(path, " ");
    const std::string hint = args.lang == Lang::kZh
                                 ? "提示：运行 tocsin" + where + " --help 查看用法\n"
                                 : "hint: tocsin" + where + " --help shows the usage\n";
    std::fputs(hint.c_str(), stderr);
  }
  return kUsage;
}

}  // namespace

Option opt(std::string name, std::string value, const char* zh, const char* en,
           std::string otherwise) {
  return {.name = std::move(name),
          .value = std::move(value),
          .help = {zh, en},
          .otherwise = std::move(otherwise)};
}

Option needed(std::string name, std::string value, const char* zh, const char* en) {
  return {.name = std::move(name), .value = std::move(value), .help = {zh, en}, .required = true};
}

Option many(std::string name, std::string value, const char* zh, const char* en) {
  return {.name = std::move(name), .value = std::move(value), .help = {zh, en}, .repeated = true};
}

Option among(Option option, const std::vector<std::string_view>& words) {
  option.words.assign(words.begin(), words.end());
  return option;
}

bool Args::has(std::string_view name) const { return values.contains(name); }

const std::vector<std::string>& Args::all(std::string_view name) const {
  static const std::vector<std::string> none;
  if (const auto found = values.find(name); found != values.end()) return found->second;
  if (const auto found = defaults.find(name); found != defaults.end()) return found->second;
  return none;
}

const std::string& Args::str(std::string_view name) const {
  static const std::string none;
  const std::vector<std::string>& found = all(name);
  return found.empty() ? none : found.front();
}

Result<std::int64_t> Args::integer(std::string_view name) const {
  const std::string& text = str(name);
  if (const auto number = to_int(text)) return *number;
  return fail_bi(Code::kInvalid, std::string(name) + " must be a whole number, not " + text,
                 std::string(name) + " 必须是整数，不能是 " + text, std::string(name));
}

int report(const Args& args, const Error& error) {
  const bool zh = args.lang == Lang::kZh && !error.message_zh.empty();
  if (args.json) {
    Json out = Json::object();
    out.set("code", name(error.code));
    out.set("message", error.message);
    if (!error.message_zh.empty()) out.set("message_zh", error.message_zh);
    if (!error.field.empty()) out.set("field", error.field);
    if (!error.rule.empty()) out.set("rule", error.rule);
    std::fprintf(stderr, "%s\n", Json::object().set("error", out).dump().c_str());
  } else {
    std::string line = args.lang == Lang::kZh ? "错误：" : "error: ";
    // Which argument of a path it was (`id`) says nothing to whoever typed a number.
    if (!error.field.empty() && error.field != "id") {
      line += error.field + (args.lang == Lang::kZh ? "：" : ": ");
    }
    line += zh ? error.message_zh : error.message;
    // A requirement or an RFC is a ground; own names of rules are for programs.
    if (!error.rule.empty() && error.rule.front() >= 'A' && error.rule.front() <= 'Z') {
      line += args.lang == Lang::kZh ? "（依据 " + error.rule + "）" : " [" + error.rule + "]";
    }
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  return exit_of(error.code);
}

Exit exit_of(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kTooLarge:
      return kUsage;
    case Code::kNotFound:
      return kNotFound;
    case Code::kUnauthenticated:
    case Code::kForbidden:
    case Code::kRefused:
    case Code::kConflict:
      return kRefused;
    case Code::kUnavailable:
    case Code::kOverloaded:
      return kUnavailable;
    case Code::kCorrupt:
    case Code::kInternal:
      return kFailed;
  }
  panic(__FILE__, __LINE__, "unknown Code");
}

int print(const Args& args, const Json& document, const std::string& human) {
  std::string out = args.json ? document.pretty() : human;
  if (!out.empty() && out.back() != '\n') out += '\n';
  std::fputs(out.c_str(), stdout);
  return kOk;
}

int run(std::vector<Command> commands, int argc, const char* const* argv) {
  add_own(commands);
  Args args;
  args.lang = language_of(argv, argc);
  Parser parser(commands);
  const Status parsed = parser.parse(argc, argv);
  args.json = parser.json();
  const Words path = parser.path();
  if (parser.wants_help()) {
    std::fputs(help(commands, path, args.lang).c_str(), stdout);
    return kOk;
  }
  if (!parsed) return report_usage(args, parsed.error(), path);
  if (parser.wants_version()) {
    std::printf("tocsin %s\n", TOCSIN_VERSION);
    return kOk;
  }
  const std::string& lang = parser.lang();
  if (!lang.empty() && lang != "zh" && lang != "en") {
    return report_usage(args, usage("--lang is zh or en", "--lang 只能是 zh 或 en").value(), path);
  }
  if (!parser.unknown().empty()) {
    return report_usage(args, unknown_word(commands, parser).value(), path);
  }
  const Slots* slots = parser.slots();
  if (slots == nullptr) {
    std::fputs(help(commands, path, args.lang).c_str(), stderr);
    return kUsage;
  }
  if (const Status ok = fill_positionals(*slots, parser.after_dashes(), args); !ok) {
    return report_usage(args, ok.error(), path);
  }
  if (const Status ok = fill_options(*slots, args); !ok) {
    return report_usage(args, ok.error(), path);
  }
  return slots->command->run(args);
}

}  // namespace tocsin::cli
