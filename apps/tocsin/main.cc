// The program: gathers the commands of every file and runs the one that was asked for.
#include "cli.h"

int main(int argc, char** argv) {
  std::vector<tocsin::cli::Command> commands;
  namespace cli = tocsin::cli;
  for (const auto add : {
           cli::add_story,       cli::add_hub,       cli::add_registry,
           cli::add_intake,      cli::add_cases,     cli::add_appeal,
           cli::add_attribution, cli::add_journal,   cli::add_law,
           cli::add_evidence,    cli::add_guard,     cli::add_match,
           cli::add_match_query, cli::add_exchange,  cli::add_source,
           cli::add_formats,     cli::add_delivery,  cli::add_vulnerabilities,
           cli::add_lookup,      cli::add_search,    cli::add_graph,
           cli::add_situation,   cli::add_retention,
       }) {
    add(commands);
  }
  return tocsin::cli::run(std::move(commands), argc, argv);
}
