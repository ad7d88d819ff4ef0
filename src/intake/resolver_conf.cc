// Block lists written as configuration of dnsmasq, unbound and BIND.
#include <vector>

#include "intake/reader_base.h"
#include "match/canonical.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxNames = 1000;

class ResolverConfReader final : public LineReader {
 public:
  ResolverConfReader(Format format, Options options, Sink& sink)
      : LineReader(std::move(options), sink), format_(format) {}

 private:
  void on_line(std::string_view line) override;
  void on_dnsmasq(std::string_view line);
  void on_unbound(std::string_view line);
  void on_bind(std::string_view line);
  void emit_zone(std::string_view name);
  void refuse_line(std::string_view line);

  Format format_;
  int depth_ = 0;  ///< open braces of a BIND zone
};

void ResolverConfReader::on_line(std::string_view line) {
  line = trim(line);
  if (line.empty()) return;
  if (line[0] == '#' || line.starts_with("//") || line[0] == '!' || line[0] == ';') {
    comment();
    return;
  }
  if (format_ == Format::kDnsmasq) return on_dnsmasq(line);
  if (format_ == Format::kUnbound) return on_unbound(line);
  on_bind(line);
}

/// The zone and everything below it, as all three programs mean it.
void ResolverConfReader::emit_zone(std::string_view name) {
  Item item = blank(LineReader::line());
  emit(name, model::IndicatorKind::kDomain, std::move(item));
}

void ResolverConfReader::refuse_line(std::string_view line) {
  refuse(LineReader::line(), line, "unsupported-type", "The setting blocks no name",
         "该配置项不屏蔽域名");
}

/// address=/a/b/0.0.0.0, server=/a/, local=/a/; server=/a/192.0.2.53 only forwards.
void ResolverConfReader::on_dnsmasq(std::string_view line) {
  const std::size_t slash = line.find("=/");
  const std::string_view key = line.substr(0, slash);
  const std::size_t last = line.rfind('/');
  const bool known = key == "address" || key == "server" || key == "local";
  if (slash == line.npos || !known || last <= slash + 1 ||
      (key != "address" && last + 1 != line.size())) {
    return refuse_line(line);
  }
  const auto names = split(line.substr(slash + 2, last - slash - 2), '/');
  if (names.size() > kMaxNames) return refuse_line(line);
  for (const std::string_view name : names) emit_zone(name);
}

/// local-zone: "a" always_nxdomain; local-data: "a A 0.0.0.0".
void ResolverConfReader::on_unbound(std::string_view line) {
  if (line == "server:") return comment();
  const bool zone = line.starts_with("local-zone:");
  if (!zone && !line.starts_with("local-data:")) return refuse_line(line);
  std::string_view rest = trim(line.substr(11));
  std::string_view inside;
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    if (end == rest.npos) return refuse_line(line);
    inside = rest.substr(1, end - 1);
    rest = trim(rest.substr(end + 1));
  } else {
    inside = rest.substr(0, rest.find_first_of(" \t"));
    rest = trim(rest.substr(inside.size()));
  }
  if (zone) {
    rest = rest.substr(0, rest.find_first_of(" \t#"));
    if (rest.empty() || rest.find("transparent") != rest.npos || rest == "nodefault") {
      return refuse_line(line);
    }
  } else {
    inside = inside.substr(0, inside.find_first_of(" \t"));
  }
  emit_zone(inside);
}

/// zone "a" { … }; on one line or several.
void ResolverConfReader::on_bind(std::string_view line) {
  const int before = depth_;
  for (const char c : line) {
    if (c == '{') ++depth_;
    if (c == '}' && depth_ > 0) --depth_;
  }
  if (before > 0 || line[0] == '}' || line[0] == '{') return comment();
  if (!line.starts_with("zone")) return refuse_line(line);
  const std::size_t open = line.find('"');
  const std::size_t close = open == line.npos ? open : line.find('"', open + 1);
  if (close == line.npos) return refuse_line(line);
  emit_zone(line.substr(open + 1, close - open - 1));
}

}  // namespace

std::unique_ptr<Reader> make_resolver_conf(Format format, Options options, Sink& sink) {
  return std::make_unique<ResolverConfReader>(format, std::move(options), sink);
}

}  // namespace tocsin::intake
