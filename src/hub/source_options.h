// How this hub's sources are read: the same for runs, previews and what is pushed.
#pragma once

#include "hub/options.h"
#include "sources/runner.h"

namespace tocsin::hub {

/// The folder DATA/credentials, and variables of the hub's own environment.
sources::Vault source_vault(const HubOptions& options);

sources::RunnerOptions source_options(const HubOptions& options, store::Store& store,
                                      journal::Basis basis, std::function<bool()> cancelled);

/// Shadowserver's schema with the severities, if somebody has given it; null otherwise.
Result<std::shared_ptr<const intake::shadowserver::Schema>> shadowserver_schema(
    store::Store& store);

}  // namespace tocsin::hub
