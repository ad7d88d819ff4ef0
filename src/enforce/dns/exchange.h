// One question to one resolver, with everything that is needed to show later what was asked and
// said.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "enforce/dns/net.h"
#include "enforce/dns/wire.h"

namespace tocsin::enforce::dns {

/// What went over the wire. Without an answer `received` is empty and `problem` says why.
struct Exchange {
  Question question;
  Endpoint server;
  bool tcp = false;
  int tries = 0;
  std::string sent;      ///< raw bytes of the last try
  std::string received;  ///< raw bytes
  Instant asked_at;
  std::chrono::microseconds took{0};  ///< of the last try
  std::string problem;
  std::optional<Message> answer;

  /// With the upper bits of EDNS; nothing without an answer.
  std::optional<std::uint16_t> rcode() const;
  std::optional<std::uint16_t> ede() const;  ///< extended error code (RFC 8914)
  std::string ede_text() const;
  std::string nsid() const;  ///< printable, or hexadecimal
};

/// Sends the question with recursion desired, EDNS and an NSID request, over UDP and, when the
/// answer is truncated, over TCP. Each try has its own random id and source port; answers with
/// another id or question are ignored.
Exchange ask(const Endpoint& server, const Question& question, std::chrono::milliseconds timeout,
             int tries, const Clock& clock);

}  // namespace tocsin::enforce::dns
