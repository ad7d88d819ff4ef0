// TLS 1.2 and 1.3 by OpenSSL, straight on the descriptor.
#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

#include <climits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "http/transport.h"

namespace tocsin::http {
namespace {

struct Free {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(BIO_METHOD* p) const { BIO_meth_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

int descriptor_of(BIO* bio) { return *static_cast<int*>(BIO_get_data(bio)); }

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the peer has left; this
// one sends with MSG_NOSIGNAL, so the process needs no signal disposition for us.
int bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t n = ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t n = ::recv(descriptor_of(bio), into, static_cast<std::size_t>(size), 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

long bio_ctrl(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

Owned<BIO_METHOD> make_bio_method() {
  Owned<BIO_METHOD> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tocsin"));
  ASSERT(method != nullptr);
  BIO_meth_set_write(method.get(), bio_write);
  BIO_meth_set_read(method.get(), bio_read);
  BIO_meth_set_ctrl(method.get(), bio_ctrl);
  return method;
}

std::string openssl_reason() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(SSL_CTX* context, const BIO_METHOD* method, int fd)
      : fd_(fd), ssl_(SSL_new(context)) {
    ASSERT(ssl_ != nullptr);
    BIO* bio = BIO_new(method);
    ASSERT(bio != nullptr);
    BIO_set_data(bio, &fd_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
  }

  Outcome read(char* into, std::size_t size) override {
    if (failed_) return {State::kClosed, 0};
    ERR_clear_error();
    std::size_t n = 0;
    const int result = SSL_read_ex(ssl_.get(), into, size, &n);
    if (result == 1) return {State::kOk, n};
    return failure(result);
  }

  Outcome write(const std::string_view* pieces, std::size_t count) override {
    if (failed_) return {State::kClosed, 0};
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (pieces[i].empty()) continue;
      ERR_clear_error();
      std::size_t n = 0;
      const int result = SSL_write_ex(ssl_.get(), pieces[i].data(), pieces[i].size(), &n);
      if (result != 1) {
        const Outcome outcome = failure(result);
        return total > 0 && outcome.state != State::kClosed ? Outcome{State::kOk, total} : outcome;
      }
      total += n;
      if (n < pieces[i].size()) break;
    }
    return {State::kOk, total};
  }

  bool buffered() const override { return !failed_ && SSL_has_pending(ssl_.get()) == 1; }

  void shutdown_write() override {
    if (!failed_ && SSL_is_init_finished(ssl_.get())) {
      ERR_clear_error();
      SSL_shutdown(ssl_.get());
    }
    ::shutdown(fd_, SHUT_WR);
  }

  std::shared_ptr<const ClientCertificate> certificate() const override {
    if (certificate_ || !SSL_is_init_finished(ssl_.get())) return certificate_;
    const Owned<X509> peer(SSL_get1_peer_certificate(ssl_.get()));
    if (!peer || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return nullptr;
    auto found = std::make_shared<ClientCertificate>();
    const Owned<BIO> text(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(text.get(), X509_get_subject_name(peer.get()), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long length = BIO_get_mem_data(text.get(), &data);
    found->subject.assign(data, static_cast<std::size_t>(std::max(length, 0L)));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(peer.get(), EVP_sha256(), digest.data(), &size);
    found->sha256 = hex({reinterpret_cast<const char*>(digest.data()), size});
    certificate_ = std::move(found);
    return certificate_;
  }

 private:
  Outcome failure(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {State::kWantRead, 0};
      case SSL_ERROR_WANT_WRITE:
        return {State::kWantWrite, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {State::kClosed, 0};
      default:
        failed_ = true;  // OpenSSL forbids any further call, SSL_shutdown included
        ERR_clear_error();
        return {State::kClosed, 0};
    }
  }

  int fd_;  ///< the BIO points here
  Owned<SSL> ssl_;
  bool failed_ = false;
  mutable std::shared_ptr<const ClientCertificate> certificate_;
};

class Context final : public TlsContext {
 public:
  Context() : method_(make_bio_method()), context_(SSL_CTX_new(TLS_server_method())) {
    ASSERT(context_ != nullptr);
  }

  Status load(const ServerOptions& options) {
    SSL_CTX* context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
      return unusable("certificate_file", options.certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
      return unusable("key_file", options.key_file);
    }
    if (!options.client_ca_file.empty()) {
      const char* file = options.client_ca_file.c_str();
      if (SSL_CTX_load_verify_locations(context, file, nullptr) != 1) {
        return unusable("client_ca_file", options.client_ca_file);
      }
      SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file));
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    }
    // Resumed sessions belong to this server and this trust only.
    static constexpr std::array<unsigned char, 6> kSessionId{'t', 'o', 'c', 's', 'i', 'n'};
    SSL_CTX_set_session_id_context(context, kSessionId.data(), kSessionId.size());
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return {};
  }

  std::unique_ptr<Transport> transport(int fd) override {
    return std::make_unique<TlsTransport>(context_.get(), method_.get(), fd);
  }

 private:
  static Status unusable(std::string_view option, const std::string& file) {
    return fail_bi(Code::kInvalid, "cannot use " + file + " for TLS: " + openssl_reason(),
                   "文件 " + file + " 不能用于 TLS", std::string(option));
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* size,
                             const unsigned char* offered, unsigned offered_size, void*) {
    static constexpr std::array<unsigned char, 9> kHttp11{8,   'h', 't', 't', 'p',
                                                          '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, kHttp11.data(), kHttp11.size(), offered,
                              offered_size) != OPENSSL_NPN_NEGOTIATED) {
      return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
  }

  Owned<BIO_METHOD> method_;
  Owned<SSL_CTX> context_;
};

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::create(const ServerOptions& options) {
  auto context = std::make_unique<Context>();
  TRY_STATUS(context->load(options));
  return context;
}

}  // namespace tocsin::http
