// A TAXII 2.1 collection as source.
#include "base/text.h"
#include "exchange/taxii/client.h"
#include "sources/supply.h"

namespace tocsin::sources {
namespace {

namespace taxii = exchange::taxii;

constexpr std::size_t kPageObjects = 1000;
constexpr int kMostPages = 100'000;

}  // namespace

Status check_collection(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash != std::string_view::npos && slash + 1 < path.size() &&
      path.substr(0, slash).ends_with("/collections") &&
      path.size() == url.size() - url.ends_with('/')) {
    return {};
  }
  return fail_bi(Code::kInvalid, "the address of a collection: https://…/collections/ID/",
                 "应为集合地址：https://…/collections/编号/", "terms.location");
}

Status supply_taxii(const Trip& trip) {
  TRY(const auto credential, trip.options.vault.credential(trip.source));
  taxii::PeerOptions options;
  options.http = client_options(trip.source.terms, trip.options.web);
  options.http.certificate_file = credential.certificate_file;
  options.http.key_file = credential.key_file;
  options.headers = credential.headers;
  options.attempts = 1;  // the source's own schedule tries again
  taxii::Client peer(std::move(options), {});
  std::string url = trip.source.terms.location;
  if (!url.ends_with('/')) url += '/';
  TRY(Instant after, trip.memory.position());
  std::string next;
  for (int page = 0; page < kMostPages; ++page) {
    auto answer = peer.page(url, after, next, kPageObjects);
    if (!answer) return tl::unexpected(with_leave(answer.error()));
    auto& got = *answer;
    const Instant last = std::max(got.last, after);
    if (got.objects > 0) {
      Fetched content = content_of("taxii", std::move(got.body));
      content.format = "stix";
      TRY(const bool more, trip.take(content));
      if (!more) return {};
    }
    if (!got.more) return trip.memory.set_position(last);
    // Objects of one moment may lie on both sides of a page's end, and `next` dies with this run:
    // the next run begins just before the moment. What comes twice changes nothing.
    TRY_STATUS(trip.memory.set_position(std::max(Instant{last.micros - 1}, after)));
    if (got.next.empty() || got.next == next) {
      // Without `next` the peer means: ask again after the last you got (TAXII 2.1 section 3.5).
      if (last <= after) return {};
      after = last;
      next.clear();
    } else {
      next = std::move(got.next);
    }
  }
  return {};
}

}  // namespace tocsin::sources
