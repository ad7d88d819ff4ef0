// Indicators leave in the forms of others, so that what one platform knows another can read
// (W17-08).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/reader.h"
#include "store/store.h"

namespace tocsin::intake {

enum class OutForm { kIntelmq, kN6, kCsv, kNdjson, kStix, kMisp, kIodef, kGbt36643 };
std::string_view name(OutForm form);  ///< `intelmq`, `n6`, `csv`, `ndjson`, `stix`, `misp`, ...
std::optional<OutForm> out_form_named(std::string_view name);
/// All of them with blanks between, for help and errors.
const std::string& out_form_names();

/// What stands around the items; empty where each line stands for itself.
struct OutFrame {
  std::string head;
  std::string between;
  std::string tail;
};
/// `made`: when the document is written.
OutFrame out_frame(OutForm form, std::string_view source, Instant made);

/// One item; nothing when the form has no word for its kind (a telephone number in IntelMQ), so
/// that nothing is said that was not meant. Reading the document again gives the same item. Values
/// are not defanged: files are for machines.
std::optional<std::string> out_item(OutForm form, const Item& item, std::string_view source);

/// A whole document; adds to `left_out` what the form cannot say.
std::string out_document(OutForm form, const std::vector<Item>& items, std::string_view source,
                         Instant made, std::int64_t& left_out);

/// The way back from sighting_of(): what is kept of an item.
Item item_of(store::Sighting&& sighting);

}  // namespace tocsin::intake
