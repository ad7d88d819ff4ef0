#include "next_command.h"

#include <algorithm>

namespace tocsin::cli {
namespace {

/// `%` stands for the number. An empty `from` is any state.
struct Row {
  char document;  ///< T threat, K task, A appeal
  std::string_view from;
  std::string_view to;
  std::string_view command;
};

constexpr Row kRows[] = {
    {'T', "", "closed-self", "self-complete % --detail ... --evidence-text ..."},
    {'T', "returned", "submitted", "resubmit % --title ... --indicator ..."},
    {'T', "", "returned", "return % --defect ..."},
    {'T', "", "merged", "merge % --into T-..."},
    {'T', "", "identifying", "delegate % --body ORG"},
    {'T', "", "identified", "determine % --reason ... --propose block:ORG:24h"},
    {'T', "", "not-confirmed", "determine % --reason ... --not-confirmed"},
    {'T', "identified", "reviewing", "review % --reason ... --notify"},
    {'T', "", "approved", "review % --reason ... --notify"},
    {'T', "", "rejected", "review % --reason ... --reject"},
    {'T', "", "archived", "archive %"},
    {'T', "", "purged", "purge % --reason ..."},
    {'K', "", "phone-notified", "phone % --callee ... --number ... --content ... --reason ..."},
    {'K', "", "notified", "notify %"},
    {'K', "", "disposing", "ack %"},
    {'K', "", "fed-back", "feedback % --detail ... --evidence-text ..."},
    {'K', "", "lifted", "feedback % --detail ... --evidence-text ..."},
    {'K', "", "verifying", "verify %"},
    {'K', "", "verified", "verify %"},
    {'K', "", "verify-failed", "verify %"},
    {'K', "", "lift-verified", "verify %"},
    {'K', "lifted", "lift-ordered", "verify %"},
    {'K', "", "breach", "breach % --reason ..."},
    {'K', "", "withdrawn", "withdraw % --reason ..."},
    {'A', "inadmissible", "accepted", "appeal admit % --knew DATE --reason ..."},
    {'A', "", "accepted", "appeal admit %"},
    {'A', "", "inadmissible", "appeal admit % --refuse --reason ..."},
    {'A', "", "checking", "appeal check %"},
    {'A', "", "upheld", "appeal rule % --ruling upheld --reason ..."},
    {'A', "", "partly-upheld", "appeal rule % --ruling partly-upheld --lift VALUE --reason ..."},
    {'A', "", "dismissed", "appeal rule % --ruling dismissed --reason ..."},
    {'A', "", "answered", "answer % --reason ..."},
};

}  // namespace

std::string next_command(std::string_view number, std::string_view from, std::string_view to) {
  const char document = number.starts_with("A-")                             ? 'A'
                        : std::count(number.begin(), number.end(), '-') == 3 ? 'K'
                                                                             : 'T';
  for (const Row& row : kRows) {
    if (row.document != document || row.to != to || (!row.from.empty() && row.from != from)) {
      continue;
    }
    std::string out = "tocsin " + std::string(row.command);
    return out.replace(out.find('%'), 1, number);
  }
  return {};
}

}  // namespace tocsin::cli
