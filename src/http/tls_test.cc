#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/random.h"
#include "http/client.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace tocsin::http {
namespace {

/// A fresh P-256 key with a self-signed certificate for 127.0.0.1, in a folder that goes away.
class Certificate {
 public:
  explicit Certificate(const char* common_name)
      : folder_(std::filesystem::temp_directory_path() / ("tocsin-tls-" + random_secret(8))) {
    std::filesystem::create_directory(folder_);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    for (const auto& [id, value] : {std::pair{NID_subject_alt_name, "IP:127.0.0.1"},
                                    std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string certificate_file() const { return folder_ / "cert.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

ServerOptions options_for(const Certificate& certificate) {
  ServerOptions options;
  options.accept_grace = std::chrono::milliseconds(1);
  options.certificate_file = certificate.certificate_file();
  options.key_file = certificate.key_file();
  return options;
}

Response who(Request& request) {
  auto body = request.body->read_all(64U << 20);
  if (!body) return problem(body.error(), request.request_id);
  const std::string subject = request.certificate ? request.certificate->subject : "nobody";
  Response response = Response::text(subject);
  if (!body->empty()) response.body = std::move(*body);
  return response;
}

std::string url(const Server& server, const std::string& path = "/") {
  return "https://127.0.0.1:" + std::to_string(server.port()) + path;
}

TEST(Tls, ServesAndVerifies) {
  const Certificate certificate("hub");
  const auto server = Server::start(options_for(certificate), who).value();
  ClientOptions options;
  options.ca_file = certificate.certificate_file();
  Client client(options);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.call({.url = url(*server)});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "nobody");
  }
  // Large both ways: records, partial writes, back-pressure.
  std::string large(20U << 20, 'l');
  for (std::size_t i = 0; i < large.size(); i += 101) large[i] = static_cast<char>('a' + i % 26);
  const auto echoed = client.call({.method = Method::kPost, .url = url(*server), .body = large});
  ASSERT_TRUE(echoed) << echoed.error().message;
  EXPECT_EQ(echoed->body, large);

  Client stranger;  // does not know our authority
  const auto refused = stranger.call({.url = url(*server)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kForbidden);
}

TEST(Tls, ClientCertificatesAreVerifiedWhenOffered) {
  const Certificate hub("hub");
  const Certificate operator_a("operator-a");
  const Certificate stranger("stranger");
  ServerOptions server_options = options_for(hub);
  server_options.client_ca_file = operator_a.certificate_file();
  const auto server = Server::start(server_options, who).value();
  const auto ask = [&](const Certificate* own) {
    ClientOptions options;
    options.ca_file = hub.certificate_file();
    if (own != nullptr) {
      options.certificate_file = own->certificate_file();
      options.key_file = own->key_file();
    }
    return Client(options).call({.url = url(*server)});
  };
  EXPECT_EQ(ask(&operator_a).value().body, "CN=operator-a");
  EXPECT_EQ(ask(nullptr).value().body, "nobody");
  EXPECT_FALSE(ask(&stranger));
}

TEST(Tls, UnusableFilesAreNamed) {
  const Certificate certificate("hub");
  const Certificate other("other");
  ServerOptions options = options_for(certificate);
  options.key_file = other.key_file();
  const auto mismatch = Server::start(options, who);
  ASSERT_FALSE(mismatch);
  EXPECT_EQ(mismatch.error().field, "key_file");
  options.certificate_file = "/nonexistent.pem";
  EXPECT_EQ(Server::start(options, who).error().field, "certificate_file");
}

TEST(Tls, NonsenseInsteadOfAHandshakeIsCut) {
  const Certificate certificate("hub");
  ServerOptions options = options_for(certificate);
  options.request_timeout = std::chrono::milliseconds(200);
  const auto server = Server::start(options, who).value();
  testing::RawClient plain(server->port());
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(plain.closed_by_peer());
  testing::RawClient silent(server->port());
  EXPECT_TRUE(silent.closed_by_peer());
}

}  // namespace
}  // namespace tocsin::http
