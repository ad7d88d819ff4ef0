// hosts(5) files whose addresses are sinks.
#include <array>

#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

class HostsReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void on_line(std::string_view line) override;
};

bool is_sink(std::string_view address) {
  return address == "0.0.0.0" || address.starts_with("127.") || address == "::1" ||
         address == "::" || address == "0";
}

/// Names of the host itself that every hosts file begins with.
bool is_boilerplate(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "localhost",     "localhost.localdomain", "local",        "broadcasthost",
      "ip6-localhost", "ip6-loopback",          "ip6-localnet", "ip6-mcastprefix",
      "ip6-allnodes",  "ip6-allrouters",        "ip6-allhosts", "0.0.0.0"};
  for (const std::string_view known : kNames) {
    if (iequals(name, known)) return true;
  }
  return false;
}

/// The next word; `rest` moves behind it.
std::string_view next_word(std::string_view& rest) {
  rest = trim(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

void HostsReader::on_line(std::string_view line) {
  std::string_view note;
  if (const std::size_t mark = line.find('#'); mark != std::string_view::npos) {
    note = trim(line.substr(mark + 1));
    line = line.substr(0, mark);
  }
  line = trim(line);
  if (line.empty() || line[0] == '!' || line[0] == ';') {
    if (!line.empty() || !note.empty()) comment();
    return;
  }
  std::string_view rest = line;
  const std::string_view address = next_word(rest);
  rest = trim(rest);
  if (!rest.empty() && is_boilerplate(rest.substr(0, rest.find_first_of(" \t")))) {
    comment();
    return;
  }
  if (!is_sink(address) || rest.empty()) {
    refuse(LineReader::line(), line, "not-a-sink",
           "A line of a hosts list is a sink address and names", "hosts行应为黑洞地址加域名");
    return;
  }
  while (!rest.empty()) {
    const std::string_view word = next_word(rest);
    if (word.empty()) break;
    Item item = blank(LineReader::line());
    item.description = note;
    emit(word, model::IndicatorKind::kDomain, std::move(item));
  }
}

}  // namespace

std::unique_ptr<Reader> make_hosts(Options options, Sink& sink) {
  return std::make_unique<HostsReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
