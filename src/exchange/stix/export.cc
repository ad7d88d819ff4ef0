#include "exchange/stix/export.h"

#include "base/uuid.h"
#include "exchange/stix/render.h"
#include "store/collections.h"

namespace tocsin::exchange::stix {
namespace {

constexpr std::size_t kPage = 256;

tl::unexpected<Error> nobody_listens() { return fail(Code::kUnavailable, "the reader left"); }

}  // namespace

BundleWriter::BundleWriter(std::string_view name, Write write)
    : id_("bundle--" + name_uuid("bundle " + std::string(name))), write_(std::move(write)) {}

bool BundleWriter::object(std::string_view id, std::string_view bytes) {
  const bool shared = id.starts_with("identity--") || id.starts_with("marking-definition--");
  if (shared && !shared_.emplace(id).second) return true;
  std::string text = begun_ ? ",\n" : R"({"type":"bundle","id":")" + id_ + "\",\"objects\":[\n";
  begun_ = true;
  text += bytes;
  return write_(text);
}

bool BundleWriter::finish() {
  return write_(begun_ ? "\n]}\n" : R"({"type":"bundle","id":")" + id_ + "\"}\n");
}

Status export_collection(store::ReadTx& tx, const model::ExchangeCollection& collection,
                         Instant since, BundleWriter& out) {
  Range range{collection.number, {}, true, since, kPage};
  for (;;) {
    TRY(const auto page, read_range(tx, range));
    for (const auto& kept : page) {
      if (!out.object(kept.id, kept.bytes)) return nobody_listens();
    }
    if (page.size() < kPage) return {};
    range.after = page.back().added;
  }
}

Status export_case(store::ReadTx& tx, const model::Threat& threat, BundleWriter& out) {
  TRY(const auto objects, render_case(tx, threat));
  for (const auto& json : objects) {
    if (!out.object(json.str("id"), json.dump())) return nobody_listens();
  }
  return {};
}

Status export_cases(store::ReadTx& tx, Instant since,
                    const std::function<Result<bool>(const model::Threat&)>& wanted,
                    BundleWriter& out) {
  std::string after;
  for (;;) {
    TRY(const auto page, store::scan<model::Threat>(tx, after, kPage));
    for (const auto& threat : page) {
      if (!threat.identification || threat.identification->by.at <= since) continue;
      TRY(const bool yes, wanted(threat));
      if (yes) TRY_STATUS(export_case(tx, threat, out));
    }
    if (page.size() < kPage) return {};
    after = page.back().id;
  }
}

}  // namespace tocsin::exchange::stix
