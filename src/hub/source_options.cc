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
  TRY(const auto body, store.read([](store::ReadTx& tx) {
    return tx.get_document(store::Collection<model::FeedSchema>::table, kShadowserverSchema);
  }));
  if (!body) return std::shared_ptr<const Schema>();
  TRY(const auto given, store::decode<model::FeedSchema>(*body));
  TRY(auto read, intake::shadowserver::read_schema(given.body));
  return std::make_shared<const Schema>(std::move(read));
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
