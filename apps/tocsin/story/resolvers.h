// The two resolvers of the told story: the operator's own, and one that plays the internet so that
// nothing leaves the machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace tocsin::story {

/// A program that ends with its owner. It also ends when this process dies.
class Child {
 public:
  static Result<Child> start(const std::vector<std::string>& command,
                             const std::filesystem::path& output);
  Child() = default;
  ~Child() { stop(); }
  Child(Child&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  Child& operator=(Child&& other) noexcept;
  bool running() const;
  void stop();

 private:
  int pid_ = -1;
};

/// Where a program is installed, or empty.
std::string find_program(const std::string& name);

/// A port that is free for UDP and TCP on loopback right now.
Result<std::uint16_t> free_port();

/// An unbound that answers every name with 192.0.2.66, on `port` of loopback.
Result<Child> start_internet(const std::filesystem::path& folder, std::uint16_t port);

/// An unbound with this configuration.
Result<Child> start_unbound(const std::filesystem::path& folder, const std::string& configuration);

/// `resolves`, `refused` (NXDOMAIN) or `silent`.
std::string answer_of(std::uint16_t port, const std::string& name);

}  // namespace tocsin::story
