// What `tocsin import` asks of other formats.
#pragma once

#include "connect.h"
#include "show.h"

namespace tocsin::cli {

/// Packs a MISP feed (its folder, or its manifest.json) into a temporary file, whose name is given
/// back; the caller removes it.
Result<std::string> pack_misp_feed(const std::string& path);

/// `--csv`, with every word that a mapping knows.
Option mapping_option();

/// Under the rows of a preview: how many more there are than it shows. Empty: none.
std::string more_rows(const Json& preview, Lang lang);

/// Gives the hub Shadowserver's schema; the same schema again changes nothing.
Status send_schema(HubClient& hub, const std::string& file);

/// Writes a source's indicators in a form of the hub's, page after page: how many were `written`
/// and `left_out` (what the form cannot say).
Result<Json> export_source(HubClient& hub, std::string_view form, const std::string& source,
                           const std::string& since, std::ostream& out);

}  // namespace tocsin::cli
