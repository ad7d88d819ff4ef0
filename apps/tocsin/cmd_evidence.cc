// `tocsin evidence …`: bundles that prove a case without a server.
#include "base/crypto/certificate.h"
#include "base/file.h"
#include "connect.h"
#include "evidence/check.h"
#include "evidence/container.h"
#include "show.h"

namespace tocsin::cli {
namespace {

constexpr std::size_t kMaxCertificateFileBytes = 64 * 1024;

Result<std::vector<crypto::Certificate>> read_certificates(const std::vector<std::string>& paths) {
  std::vector<crypto::Certificate> out;
  for (const std::string& path : paths) {
    TRY(const std::string pem, read_file(path, kMaxCertificateFileBytes));
    auto certificate = crypto::Certificate::from_pem(pem);
    if (!certificate) return tl::unexpected(certificate.error().at(path));
    out.push_back(std::move(*certificate));
  }
  return out;
}

/// A file that is not there, a folder, or one without permission: which, and for whom to change.
Error unreadable(const std::string& file, const Error& why) {
  if (why.code == Code::kNotFound) {
    return {Code::kNotFound, "there is no file " + file, "没有文件 " + file, "FILE", {}};
  }
  const Code code = why.code == Code::kInternal ? Code::kInvalid : why.code;
  return {code, why.message, "无法读取 " + file + "：" + why.message, "FILE", {}};
}

int check_bundle(const Args& args) {
  const bool trust_given = args.has("--trust");
  const auto trusted =
      read_certificates(trust_given ? args.all("--trust") : std::vector<std::string>{});
  if (!trusted) return report(args, trusted.error());
  const std::string& file = args.str("FILE");
  const auto bytes = read_file(file, evidence::kMaxBundleBytes);
  if (!bytes) return report(args, unreadable(file, bytes.error()));
  if (!evidence::looks_like_bundle(*bytes)) {
    return report(args,
                  Error{Code::kInvalid,
                        file + " is not an evidence bundle; `tocsin evidence export` makes one",
                        file + " 不是证据包；tocsin evidence export 可导出",
                        "FILE",
                        {}});
  }
  const auto outcome = evidence::check(*bytes, trust_given ? &*trusted : nullptr);
  const int printed =
      print(args, evidence::to_json(outcome), evidence::to_text(outcome, args.lang));
  // A stranger's whole bundle is no forgery: who asks for trust gets another answer than for
  // damage.
  return outcome.ok ? printed : outcome.untrusted ? kRefused : kFailed;
}

Command check_command() {
  Command out;
  out.path = {"evidence", "check"};
  out.summary = {"离线校验证据包", "check an evidence bundle, offline"};
  out.description = {
      "依次校验容器、清单签名、每个文件、每份文书的签名、日志条目及其属于日志树的证明，"
      "并指出首个问题。不访问网络。未给出 --trust 时，须自行核对签名者指纹。受信证书由 tocsin "
      "evidence keys 从枢纽取得：枢纽与各签发机关各一张，须经其他渠道核对指纹。退出码：0 全部成立，"
      "1 损坏或伪造，4 完好但签名者不受信任。",
      "Verifies, in this order, the container, the manifest's signature, every file, every "
      "document's signature, the journal entries and the proofs that they are in the journal's "
      "tree, and names the first thing that is broken. Uses no network. Without --trust you must "
      "compare the signers' fingerprints yourself. The certificates to trust come from the hub by "
      "`tocsin evidence keys`, the hub's own and one for each authority that signs; compare their "
      "fingerprints over another channel. Exit codes: 0 everything holds, 1 damaged or forged, 4 "
      "whole, but a signer is not trusted."};
  out.positionals = {{"FILE", {"证据包文件", "the bundle, *.tocsin-evidence"}}};
  out.options = {{.name = "--trust",
                  .value = "CERT.pem",
                  .help = {"受信证书：枢纽须用其一签名，文书签名者须是其一或由其签发",
                           "a certificate to trust: the hub must sign with one of "
                           "them, and a document's signer be one of them or issued by one of them"},
                  .repeated = true}};
  out.examples = {
      {"tocsin evidence check T-2026-000123.tocsin-evidence --trust keys/hub.pem --trust "
       "keys/miit.pem",
       {"校验一案，并要求签名者为该枢纽和该机关",
        "check a case and require that this hub and this authority signed it"}}};
  out.run = check_bundle;
  return out;
}

Command export_command() {
  Command out;
  out.path = {"evidence", "export"};
  out.summary = {"导出整案证据包", "export the evidence bundle of a case"};
  out.positionals = {{"THREAT", {"威胁编号", "number or id of the threat"}}};
  out.options = with_hub(
      {{.name = "--output",
        .value = "FILE",
        .help = {"输出文件（默认 编号.tocsin-evidence）",
                 "where to write (left out: NUMBER.tocsin-evidence)"}},
       {.name = "--force", .value = "", .help = {"覆盖已有文件", "replace a file that is there"}}});
  out.examples = {{"tocsin evidence export T-2026-000123", {"导出一案", "export a case"}}};
  out.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    const std::string file =
        args.has("--output") ? args.str("--output") : args.str("THREAT") + ".tocsin-evidence";
    std::error_code ec;
    if (!args.has("--force") && std::filesystem::exists(file, ec)) {
      return report(args,
                    Error{Code::kConflict,
                          file + " is there already: --force replaces it, --output names another",
                          file + " 已存在：用 --force 覆盖，或用 --output 另存",
                          "--output",
                          {}});
    }
    http::ClientRequest request;
    request.url = "/api/v1/threats/" + encoded(args.str("THREAT")) + "/evidence";
    const auto answer = hub->raw(std::move(request));
    if (!answer) return report(args, answer.error());
    const auto written = write_file(file, answer->body, 0600);
    if (!written) return report(args, written.error());
    return print(args, Json::object({{"file", file}, {"bytes", answer->body.size()}}), file + "\n");
  };
  return out;
}

/// The hub's certificate and those of the units that sign, each into a file of its own.
Result<Json> save_keys(HubClient& hub, const std::filesystem::path& folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  Json saved = Json::array();
  const auto keep = [&](const std::string& name, const std::string& pem) -> Status {
    TRY(const auto certificate, crypto::Certificate::from_pem(pem));
    const auto file = folder / (name + ".pem");
    TRY_STATUS(write_file(file, pem));
    saved.push(Json::object({{"file", file.string()},
                             {"subject", certificate.subject()},
                             {"fingerprint", certificate.fingerprint()}}));
    return {};
  };
  TRY(const Json head, hub.get("/api/v1/journal/head"));
  TRY_STATUS(keep("hub", head.str("certificate")));
  TRY(const Json units, hub.get("/api/v1/organizations?limit=1000"));
  for (const auto& unit : units["items"].items()) {
    if (!unit.str("certificate").empty())
      TRY_STATUS(keep(unit.str("code"), unit.str("certificate")));
  }
  return Json::object({{"items", std::move(saved)}});
}

Command keys_command() {
  Command out;
  out.path = {"evidence", "keys"};
  out.summary = {"取得枢纽和各签发机关的证书，供 evidence check --trust 使用",
                 "save the certificates of the hub and of the authorities, for evidence check "
                 "--trust"};
  out.options = with_hub({{.name = "--output",
                           .value = "DIR",
                           .help = {"保存目录", "folder to write into"},
                           .otherwise = "keys"}});
  out.examples = {{"tocsin evidence keys --output keys",
                   {"之后把目录交给第三方，并经其他渠道核对指纹",
                    "then hand the folder on, and compare the fingerprints over another channel"}}};
  out.run = [](const Args& args) {
    return with_answer(
        args, [&](HubClient& hub) { return save_keys(hub, args.str("--output")); },
        [](const Json& json, Lang lang) {
          std::string text;
          for (const auto& k : json["items"].items()) {
            text += k.str("file") + "  " + k.str("subject") + "\n" +
                    say(lang, "  指纹 ", "  fingerprint ") + k.str("fingerprint") + "\n";
          }
          return text;
        });
  };
  return out;
}

}  // namespace

void add_evidence(std::vector<Command>& commands) {
  commands.push_back(check_command());
  commands.push_back(export_command());
  commands.push_back(keys_command());
}

}  // namespace tocsin::cli
