// One act of one person inside one transaction: reads and changes documents, keeps the journal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desk/actor.h"
#include "desk/requests.h"
#include "desk/services.h"
#include "desk/transitions.h"
#include "model/notice.h"
#include "store/collections.h"

namespace tocsin::desk {

/// Lives as long as the transaction. All changes of a case go through it, so that each is
/// journaled with its basis.
class Context {
 public:
  Context(Services& with, const Actor& by, store::WriteTx& transaction)
      : services(with), actor(by), tx(transaction), now(with.clock.now()) {}

  Services& services;
  const Actor& actor;
  store::WriteTx& tx;
  const Instant now;

  /// The provision of the rule set in force for this threat.
  model::Citation cite(std::string_view article, std::string_view requirement) const;

  /// Moves the state along the table, checks the role, writes the document and the journal entry.
  /// `data` is what the entry says besides the states.
  Status move(model::Threat& threat, model::ThreatState to, Json data = {});
  Status move(model::Task& task, model::TaskState to, Json data = {});
  Status move(model::Appeal& appeal, model::AppealState to, Json data = {});
  /// Writes a document whose state stays, and journals the action.
  template <typename T>
  Status save(const T& document, std::string_view threat, std::string_view action,
              const model::Citation& basis, Json data = {}) {
    TRY_STATUS(store::put(tx, document));
    return journal(action, document.id, threat, basis, {}, std::move(data));
  }
  Status journal(std::string_view action, std::string_view subject, std::string_view threat,
                 const model::Citation& basis, Json before, Json data);

  /// A document that is acted on, and so only for somebody who acted on the case for no other
  /// organisation: require_one_side().
  Result<model::Threat> threat(std::string_view id_or_number);
  Result<model::Task> task(std::string_view id_or_number);
  Result<model::Appeal> appeal(std::string_view id_or_number);
  /// The same for filing an appeal, which article 10 gives to whomever a measure hits.
  Result<model::Task> appealed_task(std::string_view id_or_number);
  Result<model::Organization> organization(std::string_view id_or_code);

  /// Stores evidence and returns the ids; the journal entry carries the digest.
  Result<std::vector<std::string>> keep_evidence(const std::vector<EvidenceInput>& inputs,
                                                 const std::string& threat,
                                                 const std::string& task);
  Result<std::vector<model::CaseIndicator>> parse_indicators(const std::vector<std::string>& texts,
                                                             std::string_view field);

  /// Starts a clock of the rule set; refuses when one of that kind is running already.
  Status start_clock(std::vector<model::ClockFact>& clocks, const std::string& clock, Instant start,
                     const std::string& limit = {});
  /// Meets the running clock of that kind, if there is one; true when it was in time.
  bool meet_clock(std::vector<model::ClockFact>& clocks, std::string_view clock) const;

  /// Signs a canonical document and stores it as a notice; the journal entry carries the digest.
  Result<model::Notice> issue_notice(model::NoticeKind kind, const model::Threat& threat,
                                     const model::Task* task, const std::string& addressee,
                                     Json content, const model::Citation& basis,
                                     const std::string& appeal = {});

  /// Records that the actor's unit has the notice (W17-21). The first receipt stays: another one
  /// changes and journals nothing.
  Status receive(model::Notice& notice);
  /// The same for the notices of a task, by its addressee.
  Status receive_notices(const model::Task& task);

  /// `T-2026-000123` and the like; without gaps within a year.
  Result<std::string> next_number(std::string_view letter);

 private:
  template <typename Doc, typename State>
  Status move_state(Doc& document, const std::string& threat, State to, Json data);
};

/// T, I..., with the year of `t` in Asia/Shanghai.
std::string case_year(Instant t);

}  // namespace tocsin::desk
