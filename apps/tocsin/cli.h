// The command line: commands are described here as data; cli.cc turns them into a parser, help in
// two languages and shell completion. A subcommand's file is thin: parse, call a room, print.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"

namespace tocsin::cli {

/// Exit codes, the same for every command and wherever the reason was found, here or in the hub.
/// `tocsin help` lists them.
enum Exit : int {
  kOk = 0,
  kFailed = 1,       ///< a check said no, or something failed inside
  kUsage = 2,        ///< the command line or its input is wrong
  kNotFound = 3,     ///< what was asked for is not there, or not for this person
  kRefused = 4,      ///< not signed in, not permitted, against a rule, or in conflict
  kUnavailable = 5,  ///< the hub, or a resolver that it asks, does not answer
};

/// The exit code that fits an error.
Exit exit_of(Code code);

struct Option {
  std::string name;   ///< `--from`
  std::string value;  ///< `DATE`; empty: a flag
  Text help;
  bool required = false;
  bool repeated = false;
  std::string otherwise = {};  ///< default, shown in the help
  /// The only values there are: checked, shown in the help and offered by the completion.
  std::vector<std::string> words = {};
};

/// An option with a value, or a flag when `value` is empty. `otherwise` is its default.
Option opt(std::string name, std::string value, const char* zh, const char* en,
           std::string otherwise = {});
/// An option without which the command is refused.
Option needed(std::string name, std::string value, const char* zh, const char* en);
/// An option that may be given several times.
Option many(std::string name, std::string value, const char* zh, const char* en);

/// The option with a closed set of values.
Option among(Option option, const std::vector<std::string_view>& words);

/// An option whose `value` is kTime takes a day, `2026-02-13 09:30` in Asia/Shanghai or RFC 3339;
/// the command sees RFC 3339.
inline constexpr const char* kTime = "TIME";

struct Positional {
  std::string name;  ///< `CLOCK`
  Text help;
  bool required = true;
  bool repeated = false;
};

/// What the user gave, by the names in the command's tables.
class Args {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  Lang lang = Lang::kEn;
  bool json = false;  ///< --json: machine-readable output, one document on stdout
  /// Defaults of options that the user did not give; has() does not see them.
  std::map<std::string, std::vector<std::string>, std::less<>> defaults;

  bool has(std::string_view name) const;
  /// First value, or the option's default, or empty.
  const std::string& str(std::string_view name) const;
  const std::vector<std::string>& all(std::string_view name) const;
  /// Integer value; kInvalid naming the option when it is not one.
  Result<std::int64_t> integer(std::string_view name) const;
};

struct Command {
  std::vector<std::string> path;  ///< {"law", "clock"}
  Text summary;                   ///< one line
  Text description;               ///< what it teaches, may be empty
  std::vector<Positional> positionals;
  std::vector<Option> options;
  std::vector<std::pair<std::string, Text>> examples;  ///< command line, what it shows
  std::function<int(const Args&)> run;
};

/// Parses the command line and runs the command; the process's exit code. Adds `help` and
/// `completion`, and the options that every command has (--json, --lang, --help, --version).
int run(std::vector<Command> commands, int argc, const char* const* argv);

/// Prints an error on stderr (or as JSON with --json) and returns the exit code that fits it.
int report(const Args& args, const Error& error);
/// Prints a document: pretty JSON with --json, else `human`.
int print(const Args& args, const Json& document, const std::string& human);

/// A table for people: columns aligned by display width (a Chinese character takes two cells).
std::string table(const std::vector<std::string>& header,
                  const std::vector<std::vector<std::string>>& rows);

// One function a file: adds the commands of that file.
void add_story(std::vector<Command>& commands);            // cmd_story.cc
void add_hub(std::vector<Command>& commands);              // cmd_hub.cc
void add_registry(std::vector<Command>& commands);         // cmd_registry.cc
void add_intake(std::vector<Command>& commands);           // cmd_intake.cc
void add_lookup(std::vector<Command>& commands);           // cmd_lookup.cc
void add_cases(std::vector<Command>& commands);            // cmd_cases.cc
void add_appeal(std::vector<Command>& commands);           // cmd_appeal.cc
void add_journal(std::vector<Command>& commands);          // cmd_journal.cc
void add_law(std::vector<Command>& commands);              // cmd_law.cc
void add_evidence(std::vector<Command>& commands);         // cmd_evidence.cc
void add_guard(std::vector<Command>& commands);            // cmd_guard.cc
void add_match(std::vector<Command>& commands);            // cmd_match.cc
void add_match_query(std::vector<Command>& commands);      // cmd_match_query.cc
void add_attribution(std::vector<Command>& commands);      // cmd_attribution.cc
void add_search(std::vector<Command>& commands);           // cmd_search.cc
void add_source(std::vector<Command>& commands);           // cmd_source.cc
void add_exchange(std::vector<Command>& commands);         // cmd_exchange.cc
void add_formats(std::vector<Command>& commands);          // cmd_formats.cc
void add_delivery(std::vector<Command>& commands);         // cmd_delivery.cc
void add_vulnerabilities(std::vector<Command>& commands);  // cmd_vulnerabilities.cc
void add_graph(std::vector<Command>& commands);            // cmd_graph.cc
void add_situation(std::vector<Command>& commands);        // cmd_situation.cc
void add_retention(std::vector<Command>& commands);        // cmd_retention.cc

}  // namespace tocsin::cli
