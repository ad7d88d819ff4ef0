// The workflow of the 2017 Measures: every act of every hand, each in one transaction with its
// journal entry. Routes and commands call these functions and nothing else.
#pragma once

#include <string_view>

#include "desk/context.h"

namespace tocsin::desk {

/// Thread safety: safe; every call is one transaction of the store. All calls refuse with the
/// requirement that they would break.
class Desk {
 public:
  explicit Desk(Services services) : services_(std::move(services)) {}

  // Finding and submitting (submission.cc)
  Result<model::Threat> self_dispose(const Actor& actor, const SubmitRequest& request);
  Result<model::Threat> complete_self(const Actor& actor, std::string_view threat,
                                      const FeedbackRequest& request);
  /// Files the threat; it may come back merged into an open case, or reopen a closed one.
  Result<model::Threat> submit(const Actor& actor, const SubmitRequest& request);
  /// Many submissions in few transactions: each actor carries its own idempotency key. A refused
  /// one does not hinder the others.
  struct Submission {
    Actor actor;
    SubmitRequest request;
  };
  std::vector<Result<model::Threat>> submit_many(const std::vector<Submission>& submissions);
  Result<model::Threat> resubmit(const Actor& actor, std::string_view threat,
                                 const SubmitRequest& request);
  Result<model::Threat> return_for_correction(const Actor& actor, std::string_view threat,
                                              const ReturnRequest& request);
  Result<model::Threat> merge(const Actor& actor, std::string_view threat, std::string_view into,
                              const ReasonRequest& request);

  // Determination and review (determination.cc, review.cc)
  Result<model::Threat> delegate(const Actor& actor, std::string_view threat,
                                 const DelegateRequest& request);
  Result<model::Threat> determine(const Actor& actor, std::string_view threat,
                                  const DetermineRequest& request);
  Result<model::Threat> override_stop(const Actor& actor, std::string_view threat,
                                      const OverrideRequest& request);
  Result<model::Threat> review(const Actor& actor, std::string_view threat,
                               const ReviewRequest& request);
  Result<model::Threat> declare_emergency(const Actor& actor, std::string_view threat,
                                          const ReasonRequest& request);

  // Notices (notices.cc)
  Result<model::Task> phone_notify(const Actor& actor, std::string_view task,
                                   const PhoneRequest& request);
  /// Signs and delivers the notice of an approved, phone-notified or failed task.
  Result<model::Task> notify(const Actor& actor, std::string_view task,
                             const NotifyRequest& request);
  /// Takes back a measure whose notice was not given yet.
  Result<model::Task> withdraw(const Actor& actor, std::string_view task,
                               const ReasonRequest& request);
  Result<model::Notice> receive_notice(const Actor& actor, std::string_view notice);

  // Disposal and verification (disposal.cc, verification.cc)
  Result<model::Task> acknowledge(const Actor& actor, std::string_view task);
  Result<model::Task> feed_back(const Actor& actor, std::string_view task,
                                const FeedbackRequest& request);
  Result<model::Task> verify(const Actor& actor, std::string_view task,
                             const VerifyRequest& request);
  /// May this person verify this task now? Asked before a probe is sent.
  Result<model::Task> may_verify(const Actor& actor, std::string_view task);
  Result<model::Task> report_breach(const Actor& actor, std::string_view task,
                                    const ReasonRequest& request);
  Result<model::Task> sanction(const Actor& actor, std::string_view task,
                               const SanctionRequest& request);

  // Appeals (appeals.cc)
  Result<model::Appeal> file_appeal(const Actor& actor, const AppealRequest& request);
  Result<model::Appeal> admit_appeal(const Actor& actor, std::string_view appeal,
                                     const AdmitRequest& request);
  Result<model::Appeal> check_appeal(const Actor& actor, std::string_view appeal,
                                     const ReasonRequest& request);
  Result<model::Appeal> rule_appeal(const Actor& actor, std::string_view appeal,
                                    const RulingRequest& request);
  Result<model::Appeal> answer_appeal(const Actor& actor, std::string_view appeal,
                                      const ReasonRequest& request);

  // Retention (retention.cc): T20
  /// A closed case leaves the desk; its retention clock starts.
  Result<model::Threat> archive(const Actor& actor, std::string_view threat);
  /// After the longest retention floor in force: what the evidence and notices said is removed, the
  /// case's frame and its journal stay.
  Result<model::Threat> purge(const Actor& actor, std::string_view threat,
                              const ReasonRequest& request);

  /// Marks what became overdue since the last call; returns how many. Run by the hub's timer.
  Result<int> mark_overdue();

  const Services& services() const { return services_; }

 private:
  /// Runs one act in one transaction; remembers the answer of an idempotent request with it.
  template <typename F>
  auto act(const Actor& actor, F&& body) -> std::invoke_result_t<F, Context&>;
  template <typename F>
  auto act_in(store::WriteTx& tx, const Actor& actor, F&& body)
      -> std::invoke_result_t<F, Context&>;

  Services services_;
};

/// Starts the answer clock and closes what is finished: shared by verification and appeals.
Status close_if_done(Context& context, const std::string& threat);
/// Signs the notice of a task and starts its dispose clock; shared by review and notices.
Status deliver_notice(Context& context, model::Threat& threat, model::Task& task,
                      model::NoticeKind kind);

}  // namespace tocsin::desk
