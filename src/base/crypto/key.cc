#include "base/crypto/key.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "base/crypto/openssl.h"
#include "base/file.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kMaxKeyFileBytes = 16 * 1024;

/// Private key text that is wiped when it goes.
struct SecretText {
  std::string text;
  ~SecretText() { OPENSSL_cleanse(text.data(), text.size()); }
};

tl::unexpected<Error> refused(const std::filesystem::path& path, const std::string& why,
                              const std::string& why_zh) {
  return fail_bi(Code::kForbidden, "key file " + path.string() + " " + why,
                 "密钥文件 " + path.string() + " " + why_zh, path.string(), "key-file");
}

/// Reads at most kMaxKeyFileBytes from `fd` and closes it.
Result<std::string> read_secret(int fd, const std::filesystem::path& path) {
  struct stat info{};
  std::string out(kMaxKeyFileBytes + 1, '\0');
  std::size_t size = 0;
  const bool known = ::fstat(fd, &info) == 0;
  const bool safe = known && S_ISREG(info.st_mode) && (info.st_mode & 077) == 0;
  while (safe && size < out.size()) {
    const ssize_t n = ::read(fd, out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  ::close(fd);
  if (!known || !S_ISREG(info.st_mode)) return refused(path, "is not a file", "不是普通文件");
  if (!safe) {
    return refused(path, "can be read by others than its owner (chmod 600)",
                   "可被所有者以外的用户读取（请执行 chmod 600）");
  }
  if (size > kMaxKeyFileBytes) return refused(path, "is too large for a key", "过大，不是密钥");
  out.resize(size);
  return out;
}

}  // namespace

std::string_view name(Algorithm algorithm) {
  return algorithm == Algorithm::kSm2 ? "sm2-sm3" : "ecdsa-p256-sha256";
}

void SigningKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Result<SigningKey> SigningKey::generate(Algorithm algorithm) {
  EVP_PKEY* key = algorithm == Algorithm::kSm2 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2")
                                               : EVP_EC_gen("P-256");
  if (key == nullptr) return fail(Code::kInternal, "cannot make a key: " + ossl::last_error());
  return SigningKey(key, algorithm);
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 && errno == ELOOP) return refused(path, "is a symbolic link", "是符号链接");
  if (fd < 0) {
    const std::string reason = std::error_code(errno, std::system_category()).message();
    return fail_bi(errno == ENOENT ? Code::kNotFound : Code::kInternal,
                   "cannot open key file " + path.string() + ": " + reason,
                   "无法打开密钥文件 " + path.string() + "：" + reason, path.string());
  }
  SecretText secret;
  TRY(secret.text, read_secret(fd, path));
  auto key = from_pem(secret.text);
  if (!key) return tl::unexpected(key.error().at(path.string()));
  return key;
}

Status SigningKey::save(const std::filesystem::path& path) const {
  const SecretText secret{to_pem()};
  const std::filesystem::path whole = path.string() + ".key-" + std::to_string(::getpid());
  TRY_STATUS(write_file(whole, secret.text, 0600));
  // link() fails when the target exists, which rename() would not.
  const int linked = ::link(whole.c_str(), path.c_str());
  const int reason = errno;
  ::unlink(whole.c_str());
  if (linked == 0) return {};
  if (reason == EEXIST) {
    return fail_bi(Code::kConflict, "key file " + path.string() + " exists already",
                   "密钥文件 " + path.string() + " 已存在", path.string());
  }
  return fail(Code::kInternal, "cannot create " + path.string() + ": " +
                                   std::error_code(reason, std::system_category()).message());
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  const auto bio = ossl::reading(pem);
  ossl::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, ossl::no_passphrase, nullptr));
  if (!key) {
    return fail_bi(Code::kInvalid, "not an unencrypted private key in PEM: " + ossl::last_error(),
                   "不是未加密的 PEM 私钥");
  }
  TRY(const Algorithm algorithm, ossl::algorithm_of(key.get()));
  return SigningKey(key.release(), algorithm);
}

std::string SigningKey::to_pem() const {
  const ossl::Bio bio(BIO_new(BIO_s_secmem()));
  ASSERT(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1);
  return ossl::written(bio);
}

std::string SigningKey::public_pem() const {
  const ossl::Bio bio(BIO_new(BIO_s_mem()));
  ASSERT(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  return ossl::written(bio);
}

Result<std::string> SigningKey::sign(std::string_view bytes) const {
  TRY(const auto context, ossl::signature_context(key_.get(), algorithm_, ossl::Direction::kSign));
  std::size_t size = 0;
  if (EVP_DigestSign(context.md.get(), nullptr, &size, ossl::bytes(bytes), bytes.size()) != 1) {
    return fail(Code::kInternal, "cannot sign: " + ossl::last_error());
  }
  std::string out(size, '\0');
  if (EVP_DigestSign(context.md.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     ossl::bytes(bytes), bytes.size()) != 1) {
    return fail(Code::kInternal, "cannot sign: " + ossl::last_error());
  }
  out.resize(size);
  return out;
}

}  // namespace tocsin::crypto
