#include "hub/source_options.h"

#include <cstdlib>

#include "hub/app.h"
#include "intake/shadowserver.h"
#include "store/collections.h"

namespace tocsin::hub {

sources::Vault source_vault(const HubOptions& options) {
  return {options.data / "credentials", [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
          }};
}

Result<std::shared_ptr<const intake::shadowserver::Schema>> shadowserver_schema(
    store::Store& store) {
  using Schema = intake::shadowserver::Schema;
  return store.read([](store::ReadTx& tx) -> Result<std::shared_ptr<const Schema>> {
    constexpr auto kTable = store::Collection<model::FeedSchema>::table;
    TRY(const auto columns, tx.get_document(kTable, kShadowserverSchema));
    TRY(const auto severities, tx.get_document(kTable, kShadowserverSeverities));
    if (!columns && !severities) return std::shared_ptr<const Schema>();
    Schema out;
    if (columns) {
      TRY(const auto given, store::decode<model::FeedSchema>(*columns));
      TRY(out, intake::shadowserver::read_schema(given.body));
    }
    if (severities) {
      TRY(const auto given, store::decode<model::FeedSchema>(*severities));
      TRY_STATUS(intake::shadowserver::read_severities(given.body, out));
    }
    return std::make_shared<const Schema>(std::move(out));
  });
}

sources::RunnerOptions source_options(const HubOptions& options, store::Store& store,
                                      journal::Basis basis, std::function<bool()> cancelled) {
  sources::RunnerOptions out;
  out.fetch.folder = options.sources;
  out.fetch.vault = source_vault(options);
  out.fetch.web.ca_file = options.sources_ca;
  out.fetch.web.cancelled = std::move(cancelled);
  out.stale_after = options.stale_feed;
  out.basis = std::move(basis);
  out.schema = [&store] { return shadowserver_schema(store); };
  return out;
}

}  // namespace tocsin::hub
