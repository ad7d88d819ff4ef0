// The program: gathers the commands of every file and runs the one that was asked for.
#include "cli.h"

int main(int argc, char** argv) {
  std::vector<tocsin::cli::Command> commands;
  return tocsin::cli::run(std::move(commands), argc, argv);
}
