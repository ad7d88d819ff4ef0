// A real program started by a test: it ends with the test, and only it.
#pragma once

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tocsin::peers {

/// A folder that is removed with its owner.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-peer-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The program's full path, or empty when it is not installed.
inline std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    const std::string path = folder + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

/// A child with its output in a file. Ends it with SIGTERM, then SIGKILL.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::filesystem::path& output)
      : output_(output) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    const std::string file = output.string();
    int started[2];
    if (::pipe2(started, O_CLOEXEC) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ != 0) {
      // Until exec the child shares our listening sockets: wait, so that a test may close them.
      char ignored = 0;
      ::close(started[1]);
      while (::read(started[0], &ignored, 1) < 0) continue;
      ::close(started[0]);
      return;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  Process(const Process&) = delete;
  ~Process() { stop(); }

  /// Waits for a program that ends by itself; its exit code, or -1 after `limit`.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (pid_ > 0 && std::chrono::steady_clock::now() < until) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return -1;
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    wait(std::chrono::seconds(5));
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  void pause() { ::kill(pid_, SIGSTOP); }
  void resume() { ::kill(pid_, SIGCONT); }
  pid_t pid() const { return pid_; }
  std::string output() const { return read_text(output_); }

 private:
  std::filesystem::path output_;
  pid_t pid_ = -1;
};

/// Runs a program to its end and gives what it printed.
inline std::string run(const std::vector<std::string>& command,
                       const std::filesystem::path& folder) {
  const auto file = folder / ("run-" + std::to_string(::getpid()) + ".out");
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  Process process(command, file);
  process.wait();
  return process.output();
}

/// Polls until `ready` holds; false after `limit`.
template <typename Ready>
bool eventually(Ready ready, std::chrono::milliseconds limit,
                std::chrono::milliseconds step = std::chrono::milliseconds(1)) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!ready()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(step);
  }
  return true;
}

}  // namespace tocsin::peers
