// Whole or in pieces, an mbox has the same messages, and no message is longer than the limit.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "sources/mbox.h"

namespace {

constexpr std::size_t kLimit = 512;

std::vector<std::string> messages(std::string_view bytes, std::size_t step) {
  std::vector<std::string> out;
  tocsin::sources::MboxSplitter splitter(
      [&](std::string&& message, bool cut) -> tocsin::Status {
        if (message.size() > kLimit) std::abort();
        out.push_back(std::move(message) + (cut ? "|cut" : ""));
        return {};
      },
      kLimit);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (!splitter.feed(bytes.substr(at, step))) std::abort();
  }
  out.emplace_back(splitter.finish() ? "mbox" : "foreign");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = messages(bytes, size + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
    if (messages(bytes, step) != whole) std::abort();
  }
  return 0;
}
