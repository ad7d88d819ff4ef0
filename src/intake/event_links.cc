#include "intake/event_links.h"

#include <optional>
#include <vector>

#include "match/node.h"

namespace tocsin::intake {
namespace {

using I = model::IndicatorKind;
using R = model::RelationKind;
using Maybe = std::optional<Result<model::Node>>;

Maybe part(std::string_view text, I kind) {
  if (text.empty()) return std::nullopt;
  return match::canonical_node(model::node_kind(kind), text);
}

}  // namespace

void event_links(const EventParts& p, const OnLink& on_link) {
  const auto link = [&](const Maybe& from, R kind, const Maybe& to) {
    if (from && to) on_link(kind, *from, *to);
  };
  const Maybe name = part(p.name, I::kDomain);
  const Maybe url = part(p.url, I::kUrl);
  // One digest stands for the file; the others are other names of it.
  std::vector<Maybe> digests;
  for (const auto& [text, kind] :
       {std::pair{p.sha256, I::kSha256}, {p.sha1, I::kSha1}, {p.md5, I::kMd5}}) {
    if (Maybe digest = part(text, kind)) digests.push_back(std::move(digest));
  }
  const Maybe file = digests.empty() ? Maybe() : digests.front();
  for (std::size_t i = 1; i < digests.size(); ++i) link(file, R::kSameFile, digests[i]);
  Maybe host;
  for (const std::string& text : p.addresses) {
    const Maybe address = part(text, I::kIpv4);
    if (!host) host = address;
    link(name, R::kResolvesTo, address);
    link(url, R::kHostedOn, address);
  }
  const Maybe& source = url ? url : name ? name : host;
  link(source, R::kDownloads, file);
  link(host, R::kCommunicatesWith, part(p.destination_name, I::kDomain));
  link(host, R::kCommunicatesWith, part(p.destination_address, I::kIpv4));
  if (p.family.empty()) return;
  const Maybe family =
      match::canonical_node(model::node_kind(model::EntityKind::kMalwareFamily), p.family);
  link(file ? file : source, R::kOfFamily, family);
}

}  // namespace tocsin::intake
