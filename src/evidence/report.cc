// How a check's outcome reads, for programs and for people.
#include <fmt/format.h>

#include "evidence/check.h"
#include "evidence/words.h"

namespace tocsin::evidence {
namespace {

/// Text out of a foreign bundle, made unable to steer a terminal or to turn the reading direction:
/// control characters (C0, C1) and the bidirectional ones (U+202A-202E, U+2066-2069) become '?'.
std::string safe(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(rest[k]); };
    const bool c1 = rest.size() > 1 && byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0x9f;
    const bool turn = rest.size() > 2 && byte(0) == 0xe2 &&
                      ((byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) ||
                       (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9));
    if (byte(0) < 0x20 || byte(0) == 0x7f || c1 || turn) {
      out.push_back('?');
      i += turn ? 2 : c1 ? 1 : 0;
    } else {
      out.push_back(rest.front());
    }
  }
  return out;
}

}  // namespace

Json to_json(const Report& report) {
  Json steps = Json::array();
  for (const Step& step : report.steps) {
    Json item =
        Json::object({{"id", step.id},
                      {"ok", step.ok},
                      {"name", Json::object({{"zh", step.name.zh}, {"en", step.name.en}})},
                      {"detail", Json::object({{"zh", step.detail.zh}, {"en", step.detail.en}})}});
    if (!step.file.empty()) item.set("file", step.file);
    steps.push(std::move(item));
  }
  Json signers = Json::array();
  for (const BundleSigner& signer : report.signers) {
    Json files = Json::array();
    for (const std::string& file : signer.files) files.push(file);
    signers.push(Json::object({{"fingerprint", signer.fingerprint},
                               {"subject", signer.subject},
                               {"algorithm", signer.algorithm},
                               {"files", std::move(files)}}));
  }
  Json out = Json::object({{"ok", report.ok},
                           {"trusted", report.ok && report.trust_given},
                           {"untrusted", report.untrusted}});
  out.set("first_broken",
          report.first_broken ? Json(report.steps[*report.first_broken].id) : Json());
  out.set("case", Json::object({{"id", report.about.id}, {"number", report.about.number}}));
  out.set("hub", report.hub);
  out.set("created", report.created ? Json(to_string(report.created)) : Json());
  out.set("documents", report.documents);
  out.set("probes", report.probes);
  out.set("entries", report.entries);
  out.set("tree_size", report.tree_size);
  out.set("steps", std::move(steps));
  out.set("signers", std::move(signers));
  return out;
}

std::string to_text(const Report& report, Lang lang) {
  const bool zh = lang == Lang::kZh;
  std::string out;
  if (!report.about.number.empty()) {
    out += fmt::format(fmt::runtime(zh ? "案件 {}（{}），{} 于 {} 导出\n"
                                       : "Case {} ({}), exported by {} at {}\n"),
                       safe(report.about.number), safe(report.about.id), safe(report.hub),
                       zoned(report.created));
  }
  for (const Step& step : report.steps) {
    const char* mark = step.ok ? "✓ " : zh ? "✗ 不成立——" : "✗ does not hold: ";
    out += fmt::format("{}{}{}{}\n", mark, step.name.in(lang), zh ? "：" : ": ",
                       safe(step.detail.in(lang)));
  }
  for (const BundleSigner& signer : report.signers) {
    out += fmt::format(
        fmt::runtime(zh ? "签名者 {}\n  指纹 {}（{}，{} 个文件）\n"
                        : "Signer {}\n  fingerprint {} ({}, {})\n"),
        safe(signer.subject), signer.fingerprint, signer.algorithm,
        zh ? std::to_string(signer.files.size()) : counted(signer.files.size(), "file"));
  }
  if (report.untrusted) {
    out +=
        zh ? "结论：内容完整一致，未见篡改；但签名者不在所给的受信证书之内，请核对上述指纹或用 "
             "--trust 加上其证书。\n"
           : "Verdict: NOT TRUSTED. Complete and consistent, nothing is damaged or forged as far "
             "as its own signatures say; but a signer is not covered by the certificates you "
             "trust: compare the fingerprints above, or add its certificate with --trust.\n";
  } else if (!report.ok) {
    const Step& broken = report.steps[*report.first_broken];
    out += fmt::format(fmt::runtime(zh ? "结论：证据包无效。首个问题：{}\n"
                                       : "Verdict: NOT VALID. First broken: {}\n"),
                       safe(broken.detail.in(lang)));
  } else if (report.trust_given) {
    out += zh ? "结论：有效，全部签名者均在所给的受信证书之内。\n"
              : "Verdict: VALID, and every signer is covered by the certificates you trust.\n";
  } else {
    out += zh ? "结论：内容完整一致。未给出受信证书：上述指纹须由您自行核对。\n"
              : "Verdict: complete and consistent. No trusted certificate was given: signed by the "
                "fingerprints above, which you must compare yourself.\n";
  }
  return out;
}

}  // namespace tocsin::evidence
