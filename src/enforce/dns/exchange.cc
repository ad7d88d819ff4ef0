#include "enforce/dns/exchange.h"

#include <algorithm>
#include <array>
#include <poll.h>

#include "base/random.h"
#include "base/text.h"

namespace tocsin::enforce::dns {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

std::uint16_t random_id() {
  std::array<unsigned char, 2> bytes{};
  random_bytes(bytes);
  return static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
}

Result<std::string> query_bytes(const Question& question) {
  Message query;
  query.id = random_id();
  query.flags = kFlagRd;
  query.questions.push_back(question);
  Opt opt;
  opt.options.emplace_back(kOptionNsid, "");
  query.additional.push_back(rr_of(opt));
  return encode(query);
}

/// The decoded answer if `bytes` belongs to `sent`.
std::optional<Message> matching(std::string_view sent, const Question& question,
                                std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || get16(bytes, 0) != get16(sent, 0)) return std::nullopt;
  auto message = decode(bytes);
  if (!message || !message->has(kFlagQr) || message->questions.size() != 1) return std::nullopt;
  if (!(message->questions.front() == question)) return std::nullopt;
  return std::move(*message);
}

Result<std::string> over_udp(const Exchange& exchange, milliseconds timeout) {
  TRY(const Fd socket, connect_udp(exchange.server, nullptr));
  if (::send(socket.get(), exchange.sent.data(), exchange.sent.size(), MSG_NOSIGNAL) < 0) {
    return fail(Code::kUnavailable, "the question could not be sent");
  }
  const auto until = Steady::now() + timeout;
  constexpr int kForeignLimit = 64;  // answers that are not ours
  std::string buffer(kMessageLimitBytes, '\0');
  for (int i = 0; i < kForeignLimit; ++i) {
    const auto left = std::chrono::ceil<milliseconds>(until - Steady::now());
    if (left.count() <= 0 || wait_for(socket, POLLIN, nullptr, left) != Wait::kReady) break;
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return fail(Code::kUnavailable, "nobody listens at the resolver's address");
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (matching(exchange.sent, exchange.question, bytes)) return std::string(bytes);
  }
  return fail(Code::kUnavailable, "no answer in time");
}

Result<std::string> over_tcp(const Exchange& exchange, milliseconds timeout) {
  TRY(const Fd socket, connect_tcp(exchange.server, timeout));
  std::string framed;
  put16(framed, static_cast<std::uint16_t>(exchange.sent.size()));
  TRY_STATUS(send_all(socket, framed + exchange.sent, nullptr, timeout));
  TRY(const std::string head, receive_exactly(socket, 2, nullptr, timeout));
  TRY(std::string bytes, receive_exactly(socket, get16(head, 0), nullptr, timeout));
  if (!matching(exchange.sent, exchange.question, bytes)) {
    return fail(Code::kUnavailable, "the answer belongs to another question");
  }
  return bytes;
}

const std::string* option_of(const std::optional<Opt>& opt, std::uint16_t code) {
  if (!opt) return nullptr;
  for (const auto& [key, value] : opt->options) {
    if (key == code) return &value;
  }
  return nullptr;
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

std::optional<std::uint16_t> Exchange::rcode() const {
  if (!answer) return std::nullopt;
  const auto opt = find_opt(*answer);
  const std::uint16_t upper = opt ? opt->extended_rcode : 0;
  return static_cast<std::uint16_t>(upper << 4U | answer->rcode());
}

std::optional<std::uint16_t> Exchange::ede() const {
  if (!answer) return std::nullopt;
  const auto opt = find_opt(*answer);
  const std::string* value = option_of(opt, kOptionEde);
  if (value == nullptr || value->size() < 2) return std::nullopt;
  return get16(*value, 0);
}

std::string Exchange::ede_text() const {
  if (!answer) return {};
  const auto opt = find_opt(*answer);
  const std::string* value = option_of(opt, kOptionEde);
  if (value == nullptr || value->size() <= 2) return {};
  const std::string text = value->substr(2);
  return is_utf8(text) ? text : hex(text);
}

std::string Exchange::nsid() const {
  if (!answer) return {};
  const auto opt = find_opt(*answer);
  const std::string* value = option_of(opt, kOptionNsid);
  if (value == nullptr) return {};
  return printable(*value) ? *value : hex(*value);
}

Exchange ask(const Endpoint& server, const Question& question, milliseconds timeout, int tries,
             const Clock& clock) {
  Exchange out;
  out.question = question;
  out.server = server;
  while (out.tries < std::max(1, tries) && out.received.empty()) {
    auto bytes = query_bytes(question);
    if (!bytes) {
      out.problem = bytes.error().message;
      return out;
    }
    ++out.tries;
    out.sent = std::move(*bytes);
    out.asked_at = clock.now();
    const auto start = Steady::now();
    auto answer = over_udp(out, timeout);
    if (answer && (get16(*answer, 2) & kFlagTc) != 0) {
      out.tcp = true;
      answer = over_tcp(out, timeout);
    }
    out.took = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start);
    out.problem = answer ? std::string() : answer.error().message;
    if (answer) out.received = std::move(*answer);
  }
  if (!out.received.empty()) out.answer = matching(out.sent, question, out.received);
  return out;
}

}  // namespace tocsin::enforce::dns
