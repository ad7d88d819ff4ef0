#include "evidence/container.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "base/crypto/hash.h"

namespace tocsin::evidence {
namespace {

// Our own writer, because a bundle must be read, and compared byte for byte, decades from now: the
// bytes may not depend on the version of a library.

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeDigits = 11;
constexpr std::size_t kSumAt = 148;
using Header = std::array<char, kBlock>;

void place(Header& header, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

Header make_header(std::string_view path, std::size_t size) {
  Header out{};
  place(out, 0, path);
  place(out, 100, "0000644");
  place(out, 108, "0000000");  // owner and group 0, without names
  place(out, 116, "0000000");
  place(out, kSizeAt, fmt::format("{:011o}", size));
  place(out, 136, "00000000000");  // modified 1970-01-01
  place(out, kSumAt, "        ");
  place(out, 156, "0");  // an ordinary file
  place(out, 257, std::string_view("ustar\00000", 8));
  place(out, 329, "0000000");
  place(out, 337, "0000000");
  const unsigned sum = std::accumulate(out.begin(), out.end(), 0U, [](unsigned total, char c) {
    return total + static_cast<unsigned char>(c);
  });
  place(out, kSumAt, std::string_view(fmt::format("{:06o}", sum) + '\0' + ' '));
  return out;
}

std::size_t padding(std::size_t size) { return (kBlock - size % kBlock) % kBlock; }

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

tl::unexpected<Error> damaged(std::size_t at, const std::string& why, const std::string& why_zh) {
  return fail_bi(Code::kCorrupt, fmt::format("the container is damaged at byte {}: {}", at, why),
                 fmt::format("证据包容器在第 {} 字节处损坏：{}", at, why_zh),
                 fmt::format("byte {}", at), "container");
}

tl::unexpected<Error> too_large() {
  return fail_bi(Code::kTooLarge, "the bundle exceeds 256 MiB, 20 000 files or 64 MiB a file",
                 "证据包超过 256 MiB、20 000 个文件或单个文件 64 MiB 的上限", {}, "container");
}

/// The file size that a header states; nothing when it is not eleven octal digits.
bool stated_size(std::string_view header, std::size_t& out) {
  out = 0;
  for (const char c : header.substr(kSizeAt, kSizeDigits)) {
    if (c < '0' || c > '7') return false;
    out = out * 8 + static_cast<std::size_t>(c - '0');
  }
  return true;
}

bool is_named(std::string_view path, std::string_view folder, std::string_view suffix,
              bool (*is_stem)(std::string_view)) {
  return path.size() > folder.size() + suffix.size() && path.starts_with(folder) &&
         path.ends_with(suffix) &&
         is_stem(path.substr(folder.size(), path.size() - folder.size() - suffix.size()));
}

bool is_fingerprint(std::string_view text) {
  crypto::Digest ignored;
  return crypto::from_hex(text, ignored);
}

}  // namespace

bool is_file_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

bool is_bundle_path(std::string_view path) {
  constexpr std::string_view kFixed[] = {
      "case.json",           "journal/entries.ndjson", "journal/head.json", "journal/head.p7s",
      "journal/proofs.json", "manifest.json",          "manifest.p7s"};
  return std::find(std::begin(kFixed), std::end(kFixed), path) != std::end(kFixed) ||
         is_named(path, "documents/", ".json", is_file_id) ||
         is_named(path, "documents/", ".p7s", is_file_id) ||
         is_named(path, "probes/", ".json", is_file_id) ||
         is_named(path, "keys/", ".pem", is_fingerprint);
}

Result<std::string> pack(const Files& files) {
  if (files.size() > kMaxFiles) return too_large();
  std::string out;
  for (const auto& [path, content] : files) {
    if (!is_bundle_path(path)) {
      return fail_bi(Code::kInvalid, "'" + path + "' is not a path of an evidence bundle",
                     "“" + path + "”不是证据包内的路径", path, "container");
    }
    if (content.size() > kMaxFileBytes || out.size() + content.size() > kMaxBundleBytes - 4096) {
      return too_large();
    }
    const Header header = make_header(path, content.size());
    out.append(header.data(), header.size()).append(content);
    out.append(padding(content.size()), '\0');
  }
  return out.append(2 * kBlock, '\0');
}

bool looks_like_bundle(std::string_view bytes) {
  // A changed byte must not turn a bundle into another kind of file: either mark is enough.
  return bytes.starts_with("case.json") || (bytes.size() > 262 && bytes.substr(257, 5) == "ustar");
}

Result<FileViews> unpack(std::string_view bytes) {
  if (bytes.size() > kMaxBundleBytes) return too_large();
  FileViews out;
  std::size_t at = 0;
  while (bytes.size() - at > 2 * kBlock) {
    const std::string_view header = bytes.substr(at, kBlock);
    const std::string_view path = header.substr(0, std::min(header.find('\0'), kNameBytes));
    std::size_t size = 0;
    if (!is_bundle_path(path)) return damaged(at, "no path of this format", "路径不属于本格式");
    if (!stated_size(header, size)) return damaged(at + kSizeAt, "no size", "缺少大小");
    const Header expected = make_header(path, size);
    const auto differs = std::mismatch(header.begin(), header.end(), expected.begin()).first;
    if (differs != header.end()) {
      return damaged(at + static_cast<std::size_t>(differs - header.begin()),
                     "not the only allowed form of a header", "文件头不是唯一允许的形式");
    }
    if (!out.empty() && out.rbegin()->first >= path) {
      return damaged(at, "paths out of order or repeated", "路径乱序或重复");
    }
    if (size > kMaxFileBytes || out.size() == kMaxFiles) return too_large();
    at += kBlock;
    if (size + padding(size) > bytes.size() - at) return damaged(at, "cut short", "内容不完整");
    out.emplace_hint(out.end(), path, bytes.substr(at, size));
    at += size;
    if (!is_zero(bytes.substr(at, padding(size)))) return damaged(at, "padding", "填充字节非零");
    at += padding(size);
  }
  if (bytes.size() - at != 2 * kBlock || !is_zero(bytes.substr(at))) {
    return damaged(at, "no proper end", "结尾不完整");
  }
  return out;
}

}  // namespace tocsin::evidence
