// A file that a command writes for somebody: it appears under its name when it is whole, and what
// stood there before stays until then.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "base/result.h"

namespace tocsin::cli {

class OutFile {
 public:
  explicit OutFile(const std::string& path)
      : path_(path), beside_(path + ".part"), out_(beside_, std::ios::binary | std::ios::trunc) {}
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;
  ~OutFile() {
    out_.close();
    std::error_code gone;
    if (!done_) std::filesystem::remove(beside_, gone);
  }

  std::ostream& stream() { return out_; }
  /// Gives it its name; kInternal when it could not be written.
  Status finish() {
    out_.close();
    std::error_code failed;
    if (out_) std::filesystem::rename(beside_, path_, failed);
    done_ = out_ && !failed;
    if (done_) return {};
    return fail_bi(Code::kInternal, "cannot write " + path_, "无法写入 " + path_, "--to");
  }

 private:
  std::string path_;
  std::string beside_;
  std::ofstream out_;
  bool done_ = false;
};

}  // namespace tocsin::cli
