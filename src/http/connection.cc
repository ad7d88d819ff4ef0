#include "http/connection.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "http/serialize.h"
#include "http/url.h"

namespace tocsin::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kScratchBytes = 64U << 10;
// A body is buffered so far before a worker is given to it: slow senders of small bodies cost
// memory, not workers.
constexpr std::size_t kPrebufferBytes = 64U << 10;
constexpr milliseconds kLingerLimit{2000};
constexpr int kRoundsPerRun = 16;  // then others get their turn
constexpr std::size_t kPiecesPerWrite = 16;
constexpr std::string_view kHeartbeat = ":\n\n";

Error bilingual(Code code, std::string en, std::string zh) {
  return Error{code, std::move(en), std::move(zh), {}, {}};
}

bool below_floor(std::uint64_t bytes, std::chrono::nanoseconds time, const ServerOptions& options) {
  return time > options.request_timeout &&
         static_cast<double>(bytes) < std::chrono::duration<double>(time).count() *
                                          static_cast<double>(options.rate_floor_bytes_per_s);
}

}  // namespace

Connection::Connection(ServerState& state, std::unique_ptr<Transport> transport, std::string remote,
                       Waker& waker, SteadyTime now)
    : state_(state),
      transport_(std::move(transport)),
      remote_(std::move(remote)),
      waker_(waker),
      parser_({.header_bytes = state.options.header_limit_bytes,
               .body_bytes = state.options.body_limit_bytes}),
      now_(now),
      phase_since_(now),
      last_input_(now),
      last_output_(now) {}

Connection::~Connection() { close(); }

void Connection::close() {
  if (exchange_) {
    exchange_->abort();
    exchange_.reset();
  }
  if (events_) {
    events_->detach();
    events_.reset();
    --state_.event_clients;
  }
  phase_ = Phase::kClosed;
}

void Connection::run(bool readable, bool writable, SteadyTime now) {
  now_ = now;
  if (readable || (writable && read_wants_write_)) readable_ = true;
  if (writable || (readable && write_wants_read_)) writable_ = true;
  bool moved = true;
  for (int round = 0; round < kRoundsPerRun && moved && !closed(); ++round) {
    moved = collect();
    moved = flush() || moved;
    moved = fill() || moved;
  }
  if (closed()) return;
  if (moved) waker_.wake();
  const bool paused = phase_ == Phase::kBody && !wants_input();
  if (paused && !paused_since_) paused_since_ = now_;
  if (!paused && paused_since_) {
    body_paused_ += now_ - *paused_since_;
    paused_since_.reset();
    last_input_ = now_;
  }
}

Connection::Interest Connection::interest() const {
  if (closed()) return {};
  const bool input = wants_input();
  Interest interest;
  interest.read = (input && !read_wants_write_) || (!writable_ && write_wants_read_);
  interest.write =
      (!out_.empty() && !writable_ && !write_wants_read_) || (input && read_wants_write_);
  return interest;
}

bool Connection::idle_for(milliseconds quiet, SteadyTime now) const {
  return phase_ == Phase::kHead && parser_.idle() && leftover_.empty() &&
         now - std::max(phase_since_, last_input_) >= quiet;
}

bool Connection::wants_input() const {
  if (peer_closed_) return false;
  switch (phase_) {
    case Phase::kHead:
    case Phase::kEvents:
    case Phase::kLinger:
      return true;
    case Phase::kBody:
      return !dispatched_ || exchange_->body_room();
    case Phase::kAnswer:
    case Phase::kClosed:
      return false;
  }
  return false;
}

bool Connection::collect() {
  // Also while out_ is stuck, which is how a client becomes too slow.
  if (events_ && events_->cut()) {
    log::info("http.event-client-cut", {{"remote", remote_}});
    close();
    return true;
  }
  if (!out_.empty() || answer_complete_) return false;
  if (events_) {
    for (std::string& piece : events_->take()) {
      if (!piece.empty()) out_.push_back(events_chunked_ ? chunk(piece) : std::move(piece));
    }
    return !out_.empty();
  }
  if (!exchange_ || !dispatched_) return false;
  Exchange::Output output = exchange_->take_output();
  if (output.broken) {
    close();
    return true;
  }
  for (std::string& piece : output.bytes) out_.push_back(std::move(piece));
  if (output.last) {
    answer_complete_ = true;
    close_after_ = close_after_ || output.close;
  }
  if (output.events) start_events(std::move(output.events));
  return !out_.empty() || output.last;
}

bool Connection::flush() {
  if (closed()) return false;
  bool moved = false;
  while (!out_.empty() && writable_) {
    std::array<std::string_view, kPiecesPerWrite> pieces;
    const std::size_t count = std::min(pieces.size(), out_.size());
    for (std::size_t i = 0; i < count; ++i) pieces[i] = out_[i];
    pieces[0].remove_prefix(out_offset_);
    const Transport::Outcome outcome = transport_->write(pieces.data(), count);
    write_wants_read_ = outcome.state == Transport::State::kWantRead;
    if (outcome.state == Transport::State::kClosed) {
      close();
      return true;
    }
    if (outcome.state != Transport::State::kOk) {
      writable_ = false;
      if (!blocked_since_) blocked_since_ = now_;
      break;
    }
    moved = true;
    last_output_ = now_;
    sent_bytes_ += outcome.bytes;
    std::size_t sent = outcome.bytes + out_offset_;
    while (!out_.empty() && sent >= out_.front().size()) {
      sent -= out_.front().size();
      out_.pop_front();
    }
    out_offset_ = sent;
  }
  if (blocked_since_ && writable_) {
    blocked_ += now_ - *blocked_since_;
    blocked_since_.reset();
  }
  if (out_.empty() && answer_complete_) {
    finish_answer();
    moved = true;
  }
  return moved;
}

bool Connection::fill() {
  if (closed() || !wants_input()) return false;
  if (!leftover_.empty()) {
    const std::string input = std::exchange(leftover_, {});
    feed(input);
    return true;
  }
  if (!readable_ && !transport_->buffered()) return false;
  // One buffer a thread: inside the connection it would cost every idle client 64 KiB.
  thread_local std::array<char, kScratchBytes> scratch;
  const Transport::Outcome outcome = transport_->read(scratch.data(), scratch.size());
  read_wants_write_ = outcome.state == Transport::State::kWantWrite;
  switch (outcome.state) {
    case Transport::State::kOk:
      readable_ = outcome.bytes == scratch.size();
      last_input_ = now_;
      feed({scratch.data(), outcome.bytes});
      return true;
    case Transport::State::kWantRead:
    case Transport::State::kWantWrite:
      readable_ = false;
      return false;
    case Transport::State::kClosed:
      break;
  }
  peer_closed_ = true;
  if (phase_ == Phase::kBody && dispatched_) {
    // It may only have closed its sending side: the answer is still tried.
    exchange_->fail_body(bilingual(Code::kUnavailable,
                                   "the client left before the body was complete",
                                   "请求正文尚未传完，客户端已断开"));
    return true;
  }
  close();
  return true;
}

void Connection::feed(std::string_view input) {
  using Event = RequestParser::Event;
  const bool was_idle = parser_.idle();
  while (phase_ == Phase::kHead || phase_ == Phase::kBody) {
    switch (parser_.put(input)) {
      case Event::kNeedMore:
        if (phase_ == Phase::kHead && was_idle) phase_since_ = now_;
        return;
      case Event::kHead:
        on_head();
        break;
      case Event::kBody:
        on_body(parser_.body());
        break;
      case Event::kComplete:
        on_complete();
        break;
      case Event::kError: {
        const int status = parser_.error_status();
        const bool large = status == 413 || status == 431;
        const Error error =
            bilingual(large ? Code::kTooLarge : Code::kInvalid, parser_.error_text(),
                      large ? "请求超过上限" : "HTTP 请求格式不正确");
        if (dispatched_) {
          exchange_->fail_body(error);
          phase_ = Phase::kAnswer;
          close_after_ = true;
        } else {
          close_after_ = true;
          answer(error, status);
        }
        return;
      }
    }
  }
  if (phase_ == Phase::kAnswer && !close_after_) leftover_ = input;
}

void Connection::on_head() {
  RequestHead& head = parser_.head();
  ++state_.requests;
  phase_ = Phase::kBody;
  body_since_ = last_input_ = now_;
  body_paused_ = blocked_ = {};
  body_bytes_ = sent_bytes_ = 0;
  const auto method = method_of(head.method);
  if (!method) {
    close_after_ = true;
    return answer(bilingual(Code::kInvalid, "unknown method", "不支持的请求方法"), 501);
  }
  auto target = parse_target(head.target);
  if (!target) {
    close_after_ = true;
    return answer(target.error(), 400);
  }
  Exchange::Setup setup;
  Request& request = setup.request;
  request.method = *method;
  request.path = std::move(target->path);
  request.raw_path = std::move(target->raw_path);
  request.query = std::move(target->query);
  request.headers = std::move(head.headers);
  request.remote = remote_;
  request.request_id = state_.ids.make("req");
  request.content_length = head.content_length;
  request.certificate = transport_->certificate();
  setup.http11 = events_chunked_ = head.http11;
  setup.keep_alive = head.keep_alive;
  setup.expect_continue = head.expect_continue;
  setup.event_queue_limit = state_.options.event_queue_limit;
  setup.clock = &state_.clock;
  setup.draining = &state_.draining;
  setup.waker = &waker_;
  exchange_ = std::make_shared<Exchange>(std::move(setup));
  // Who waits for 100 Continue sends nothing before the handler asks for it or refuses.
  if (head.expect_continue && !parser_.complete()) dispatch();
}

void Connection::on_body(std::string_view bytes) {
  body_bytes_ += bytes.size();
  exchange_->push_body(bytes);
  if (!dispatched_ && exchange_->body_buffered() >= kPrebufferBytes) dispatch();
}

void Connection::on_complete() {
  phase_ = Phase::kAnswer;
  exchange_->finish_body();
  if (!dispatched_) dispatch();
}

void Connection::dispatch() {
  dispatched_ = true;
  if (state_.jobs.try_push(exchange_)) return;
  dispatched_ = false;
  ++state_.overloaded;
  close_after_ = !parser_.complete() || !parser_.head().keep_alive || state_.draining;
  answer(bilingual(Code::kOverloaded, "too many requests are waiting; try again in a second",
                   "等待处理的请求过多，请稍后重试"),
         429);
}

/// Answers without a worker; the caller has decided close_after_.
void Connection::answer(const Error& error, int status) {
  const std::string id = state_.ids.make("req");
  const Response response = problem(error, id, status);
  WireContext context;
  context.close = close_after_;
  context.head_only = parser_.head().method == "HEAD";
  context.request_id = id;
  context.now = state_.clock.now();
  std::string bytes = serialize_head(response, context);
  if (!context.head_only) bytes += response.body;
  out_.push_back(std::move(bytes));
  answer_complete_ = true;
  phase_ = Phase::kAnswer;
}

void Connection::finish_answer() {
  if (exchange_) {
    exchange_->abort();
    exchange_.reset();
  }
  if (events_) {
    events_->detach();
    events_.reset();
    --state_.event_clients;
  }
  dispatched_ = false;
  answer_complete_ = false;
  served_ = true;
  phase_since_ = last_input_ = now_;
  if (close_after_) return start_linger();
  if (peer_closed_) return close();
  ASSERT(parser_.complete());  // otherwise the answer would have closed
  parser_.next_request();
  phase_ = Phase::kHead;
}

void Connection::start_linger() {
  phase_ = Phase::kLinger;
  leftover_.clear();
  transport_->shutdown_write();
  if (peer_closed_) close();
}

void Connection::start_events(std::shared_ptr<EventQueue> events) {
  events_ = std::move(events);
  ++state_.event_clients;
  phase_ = Phase::kEvents;
  leftover_.clear();
  exchange_->abort();
  exchange_.reset();
}

void Connection::tick(SteadyTime now) {
  now_ = now;
  const ServerOptions& options = state_.options;
  switch (phase_) {
    case Phase::kHead:
      if (parser_.idle()) {
        if (now - phase_since_ > (served_ ? options.idle_timeout : options.request_timeout))
          close();
      } else if (now - phase_since_ > options.request_timeout) {
        close_after_ = true;
        answer(bilingual(Code::kUnavailable, "the request head did not arrive in time",
                         "请求头未在时限内传完"),
               408);
      }
      break;
    case Phase::kBody:
      tick_body();
      break;
    case Phase::kEvents:
      if (state_.draining || events_.use_count() == 1) {
        // The server or the last producer is going away: end the stream properly.
        collect();
        if (closed()) return;
        if (events_chunked_) out_.emplace_back(kLastChunk);
        answer_complete_ = close_after_ = true;
        phase_ = Phase::kAnswer;
      } else if (out_.empty() && now - last_output_ > options.event_heartbeat) {
        out_.push_back(events_chunked_ ? chunk(kHeartbeat) : std::string(kHeartbeat));
      }
      break;
    case Phase::kLinger:
      if (now - phase_since_ > kLingerLimit) close();
      break;
    case Phase::kAnswer:
    case Phase::kClosed:
      break;
  }
  if (!closed()) tick_output();
  if (!closed()) run(false, false, now);
}

void Connection::tick_body() {
  if (!wants_input()) return;
  const bool silent = now_ - last_input_ > state_.options.request_timeout;
  if (!silent && !below_floor(body_bytes_, now_ - body_since_ - body_paused_, state_.options))
    return;
  const Error error = bilingual(Code::kUnavailable, "the request body did not arrive in time",
                                "请求正文未在时限内传完");
  close_after_ = true;
  if (!dispatched_) return answer(error, 408);
  exchange_->fail_body(error);
  phase_ = Phase::kAnswer;
}

void Connection::tick_output() {
  if (!blocked_since_) return;
  const bool stuck = now_ - last_output_ > state_.options.request_timeout &&
                     now_ - *blocked_since_ > state_.options.request_timeout;
  const auto blocked = blocked_ + (now_ - *blocked_since_);
  if (stuck || below_floor(sent_bytes_, blocked, state_.options)) {
    log::info("http.slow-client-cut", {{"remote", remote_}});
    close();
  }
}

void Connection::refuse_overloaded(SteadyTime now) {
  ++state_.overloaded;
  close_after_ = true;
  answer(bilingual(Code::kOverloaded, "too many connections; try again in a second",
                   "连接数已达上限，请稍后重试"),
         503);
  run(false, false, now);
}

}  // namespace tocsin::http
