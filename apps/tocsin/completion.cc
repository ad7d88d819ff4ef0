// Completion scripts for shells, from the same table as the parser and the help.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "help.h"

namespace tocsin::cli {
namespace {

struct Place {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> words;  ///< word, what it is
  std::vector<Option> closed;  ///< options here whose values are a closed set of words
};

/// Every place of the command tree with the words that may follow there.
std::vector<Place> places(const std::vector<Command>& commands, Lang lang) {
  std::set<std::vector<std::string>> paths{{}};
  for (const Command& command : commands) {
    for (std::size_t n = 1; n <= command.path.size(); ++n) {
      paths.emplace(command.path.begin(), command.path.begin() + static_cast<std::ptrdiff_t>(n));
    }
  }
  std::vector<Place> out;
  for (const auto& path : paths) {
    Place place{path, {}, {}};
    const auto add = [&](const std::vector<Option>& options) {
      for (const Option& option : options) {
        place.words.emplace_back(option.name, option.help.in(lang));
        if (!option.words.empty()) place.closed.push_back(option);
      }
    };
    for (const std::string& word : next_words(commands, path)) {
      std::vector<std::string> longer = path;
      longer.push_back(word);
      const Command* command = find_command(commands, longer);
      place.words.emplace_back(word, command != nullptr ? command->summary.in(lang) : "");
    }
    if (const Command* command = find_command(commands, path)) add(command->options);
    add(global_options());
    out.push_back(std::move(place));
  }
  return out;
}

/// For single quotes of a POSIX shell.
std::string quoted(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

/// `'law'|'law clock'`: the prefixes that the walk over the words recognises.
std::string known_paths(const std::vector<Place>& all) {
  std::vector<std::string> known;
  for (const Place& place : all) {
    if (!place.path.empty()) known.push_back(quoted(join(place.path, " ")));
  }
  return join(known, "|");
}

/// Behind an option with a closed set of values: `'point config --resolver') NAME=... ;;`.
std::string value_cases(const std::vector<Place>& all, const std::string& open,
                        const std::string& close) {
  std::string cases;
  for (const Place& place : all) {
    for (const Option& option : place.closed) {
      cases += "    " + quoted(join(place.path, " ") + " " + option.name) + ") " + open +
               join(option.words, " ") + close + " ;;\n";
    }
  }
  return cases;
}

std::string bash(const std::vector<Place>& all) {
  std::string cases;
  for (const Place& place : all) {
    std::vector<std::string> words;
    words.reserve(place.words.size());
    for (const auto& [word, about] : place.words) words.push_back(word);
    cases += fmt::format("    {}) words={} ;;\n", quoted(join(place.path, " ")),
                         quoted(join(words, " ")));
  }
  return fmt::format(R"(# bash completion for tocsin; load with: source <(tocsin completion bash)
_tocsin() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" at='' next words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${{at:+$at }}${{COMP_WORDS[i]}}"
    case "$next" in
      {}) at="$next" ;;
    esac
  done
  case "$at" in
{}  esac
  case "$at ${{COMP_WORDS[COMP_CWORD-1]}}" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _tocsin tocsin
)",
                     known_paths(all), cases, value_cases(all, "words='", "'"));
}

std::string zsh(const std::vector<Place>& all) {
  std::string cases;
  for (const Place& place : all) {
    cases += fmt::format("    {}) items=(", quoted(join(place.path, " ")));
    for (const auto& [word, about] : place.words) {
      const std::string label = replace_all(word, ":", "\\:");
      cases += " " + quoted(about.empty() ? label : label + ":" + about);
    }
    cases += " ) ;;\n";
  }
  return fmt::format(R"(#compdef tocsin
# zsh completion for tocsin; load with: source <(tocsin completion zsh)
_tocsin() {{
  local at='' next i
  local -a items
  for ((i = 2; i < CURRENT; i++)); do
    next="${{at:+$at }}${{words[i]}}"
    case "$next" in
      {}) at="$next" ;;
    esac
  done
  case "$at" in
{}  esac
  case "$at ${{words[CURRENT-1]}}" in
{}  esac
  _describe 'tocsin' items || _files
}}
compdef _tocsin tocsin
)",
                     known_paths(all), cases, value_cases(all, "items=( ", " )"));
}

std::string fish_quoted(std::string_view text) {
  return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish(const std::vector<Place>& all) {
  std::string known;
  std::string lines;
  for (const Place& place : all) {
    const std::string path = join(place.path, " ");
    if (!path.empty()) known += " " + fish_quoted(path);
    for (const auto& [word, about] : place.words) {
      lines += fmt::format("complete -c tocsin -n {} ",
                           fish_quoted("test (__tocsin_at) = \"" + path + "\""));
      lines += word.starts_with("--") ? "-l " + word.substr(2) : "-f -a " + fish_quoted(word);
      if (!about.empty()) lines += " -d " + fish_quoted(about);
      const auto closed = std::find_if(place.closed.begin(), place.closed.end(),
                                       [&](const Option& o) { return o.name == word; });
      if (closed != place.closed.end()) lines += " -x -a " + fish_quoted(join(closed->words, " "));
      lines += "\n";
    }
  }
  return fmt::format(R"(# fish completion for tocsin; load with: tocsin completion fish | source
function __tocsin_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    if contains -- $next{}
      set at $next
    end
  end
  echo "$at"
end
{})",
                     known, lines);
}

}  // namespace

Result<std::string> completion(const std::vector<Command>& commands, std::string_view shell,
                               Lang lang) {
  const std::vector<Place> all = places(commands, lang);
  if (shell == "bash") return bash(all);
  if (shell == "zsh") return zsh(all);
  if (shell == "fish") return fish(all);
  return fail_bi(
      Code::kInvalid,
      "no completion for the shell " + std::string(shell) + "; there is bash, zsh and fish",
      "不支持 " + std::string(shell) + "，可选 bash、zsh、fish", "SHELL", "usage");
}

}  // namespace tocsin::cli
