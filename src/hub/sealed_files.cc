#include "hub/sealed_files.h"

#include "base/file.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kLongest = 4096;
constexpr unsigned kOwnerOnly = 0600;

}  // namespace

Status SealedFiles::seal(const std::string& name, std::string_view secret) {
  std::error_code ec;
  std::filesystem::create_directories(folder_, ec);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ec);
  return write_file(folder_ / name, secret, kOwnerOnly);
}

Result<std::string> SealedFiles::read(const std::string& name) {
  auto secret = read_file(folder_ / name, kLongest);
  if (secret) return secret;
  return fail_bi(Code::kUnavailable,
                 "the secret of the second factor cannot be read: an administrator can reset it",
                 "无法读取第二因素的密钥，请联系管理员重置", "code");
}

void SealedFiles::forget(const std::string& name) {
  std::error_code ec;
  std::filesystem::remove(folder_ / name, ec);
}

}  // namespace tocsin::hub
