// Verification of a blocking task by DNS: asks every resolver of the addressee, keeps the
// transcript.
#pragma once

#include "hub/app.h"

namespace tocsin::hub {

/// Probes, then lets the desk verify or fail the task with the transcripts as evidence. A probe
/// that proves nothing (control or canary wrong, no answer) leaves the task as it is: kUnavailable.
Result<model::Task> verify_by_probe(App& app, const desk::Actor& actor, const std::string& task);

}  // namespace tocsin::hub
