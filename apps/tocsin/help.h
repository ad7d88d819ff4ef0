// What the command line says about itself, from the table of commands. No parser in here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli.h"

namespace tocsin::cli {

/// Terminal cells that `text` takes: wide East Asian characters two, combining marks none.
std::size_t display_width(std::string_view text);

/// Breaks at spaces and beside wide characters; every line after the first begins with `indent`
/// spaces. Lines of the text stay lines.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

/// The options of every command.
const std::vector<Option>& global_options();

const Command* find_command(const std::vector<Command>& commands,
                            const std::vector<std::string>& path);
/// The names that may follow `path`, sorted, each once.
std::vector<std::string> next_words(const std::vector<Command>& commands,
                                    const std::vector<std::string>& path);

/// Help for a command, a group of commands, or (empty path) the program.
std::string help(const std::vector<Command>& commands, const std::vector<std::string>& path,
                 Lang lang);

/// What a number such as W17-05 behind an answer means.
std::string requirement_note(Lang lang);

/// A completion script for bash, zsh or fish; kInvalid for another shell.
Result<std::string> completion(const std::vector<Command>& commands, std::string_view shell,
                               Lang lang);

}  // namespace tocsin::cli
