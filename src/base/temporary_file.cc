#include "base/temporary_file.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace tocsin {

Result<std::shared_ptr<TemporaryFile>> TemporaryFile::make(std::string_view purpose) {
  std::string path =
      (std::filesystem::temp_directory_path() / ("tocsin-" + std::string(purpose) + "-XXXXXX"))
          .string();
  const int fd = mkstemp(path.data());
  if (fd < 0) return fail_bi(Code::kInternal, "no temporary file", "无法建立临时文件");
  close(fd);
  return std::make_shared<TemporaryFile>(std::move(path));
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace tocsin
