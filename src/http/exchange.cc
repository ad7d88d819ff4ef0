#include "http/exchange.h"

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "http/serialize.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kBodyBufferBytes = 256U << 10;
constexpr std::size_t kOutputBufferBytes = 256U << 10;
constexpr std::size_t kPieceBytes = 64U << 10;
constexpr std::size_t kMergeBytes = 16U << 10;
constexpr std::size_t kEventBytesLimit = 4U << 20;

Response internal_problem(const char* what, const std::string& request_id) {
  return problem(Error{Code::kInternal, what, {}, {}, {}}, request_id);
}

}  // namespace

bool EventQueue::send(std::string bytes) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (queue_.size() >= limit_ || bytes_ + bytes.size() > kEventBytesLimit) {
    closed_ = cut_ = true;
  } else {
    bytes_ += bytes.size();
    queue_.push_back(std::move(bytes));
  }
  if (waker_ != nullptr) waker_->wake();
  return !cut_;
}

bool EventQueue::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

bool EventQueue::cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

std::vector<std::string> EventQueue::take() {
  const std::lock_guard lock(mutex_);
  bytes_ = 0;
  return std::exchange(queue_, {});
}

void EventQueue::detach() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waker_ = nullptr;
  queue_.clear();
}

Exchange::Exchange(Setup setup)
    : setup_(std::move(setup)), continue_wanted_(setup_.expect_continue) {
  setup_.request.body = this;
}

void Exchange::wake_locked() {
  if (setup_.waker != nullptr) setup_.waker->wake();
}

void Exchange::push_body(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  // Small pieces are merged, so that tiny chunks of a sender do not become tiny allocations.
  if (!body_.empty() && body_.back().size() + bytes.size() <= kMergeBytes) {
    body_.back() += bytes;
  } else {
    body_.emplace_back(bytes);
  }
  body_bytes_ += bytes.size();
  continue_wanted_ = false;  // the sender did not wait for us
  changed_.notify_all();
}

void Exchange::finish_body() {
  const std::lock_guard lock(mutex_);
  body_finished_ = true;
  changed_.notify_all();
}

void Exchange::fail_body(Error error) {
  const std::lock_guard lock(mutex_);
  if (!body_finished_ && !body_error_) body_error_ = std::move(error);
  changed_.notify_all();
}

bool Exchange::body_room() const {
  const std::lock_guard lock(mutex_);
  return body_bytes_ < kBodyBufferBytes;
}

std::size_t Exchange::body_buffered() const {
  const std::lock_guard lock(mutex_);
  return body_bytes_;
}

Exchange::Output Exchange::take_output() {
  const std::lock_guard lock(mutex_);
  Output out = std::exchange(output_, {});
  output_.close = out.close;
  if (output_bytes_ >= kOutputBufferBytes) changed_.notify_all();
  output_bytes_ = 0;
  return out;
}

void Exchange::abort() {
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  setup_.waker = nullptr;
  if (output_.events) output_.events->detach();  // nobody took it over
  changed_.notify_all();
}

Result<std::string> Exchange::read_some() {
  std::unique_lock lock(mutex_);
  if (continue_wanted_ && !body_finished_) {
    continue_wanted_ = false;
    output_.bytes.emplace_back("HTTP/1.1 100 Continue\r\n\r\n");
    wake_locked();
  }
  changed_.wait(lock, [&] { return !body_.empty() || body_finished_ || body_error_ || aborted_; });
  if (!body_.empty()) {
    std::string piece = std::move(body_.front());
    body_.pop_front();
    const bool was_full = body_bytes_ >= kBodyBufferBytes;
    body_bytes_ -= piece.size();
    if (was_full && body_bytes_ < kBodyBufferBytes) wake_locked();
    return piece;
  }
  if (body_finished_) return std::string();
  if (body_error_) return tl::unexpected(*body_error_);
  return fail_bi(Code::kUnavailable, "the client left before the body was complete",
                 "请求正文尚未传完，客户端已断开", "body");
}

void Exchange::emit(std::string bytes, bool last) {
  const std::lock_guard lock(mutex_);
  output_bytes_ += bytes.size();
  if (!bytes.empty()) output_.bytes.push_back(std::move(bytes));
  output_.last = last;
  wake_locked();
}

bool Exchange::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    std::string framed = chunked_ ? chunk(piece) : std::string(piece);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return output_bytes_ < kOutputBufferBytes || aborted_; });
    if (aborted_) return false;
    output_bytes_ += framed.size();
    output_.bytes.push_back(std::move(framed));
    wake_locked();
  }
  return true;
}

void Exchange::serve(const Handler& handler) {
  {
    const std::lock_guard lock(mutex_);
    if (aborted_) return;  // the client left while the request waited for a worker
  }
  Response response;
  try {
    response = handler(setup_.request);
  } catch (const std::exception& e) {
    response = internal_problem(e.what(), setup_.request.request_id);
  } catch (...) {
    response = internal_problem("unknown exception", setup_.request.request_id);
  }
  try {
    respond(std::move(response));
  } catch (const std::exception& e) {
    // The head may be out already: cutting the connection is the only honest answer left.
    log::error("http.stream", {{"request_id", setup_.request.request_id}, {"why", e.what()}});
    const std::lock_guard lock(mutex_);
    output_.broken = true;
    wake_locked();
  }
}

void Exchange::respond(Response response) {
  WireContext context;
  context.http11 = setup_.http11;
  context.head_only = setup_.request.method == Method::kHead;
  context.request_id = setup_.request.request_id;
  context.now = setup_.clock->now();
  {
    const std::lock_guard lock(mutex_);
    // A body that was not read to its end stays in the way of the next request.
    context.close = !setup_.keep_alive || !body_finished_ || *setup_.draining;
    output_.close = context.close;
    continue_wanted_ = false;  // a final answer replaces 100 Continue
  }
  const Framing framing = framing_of(response, context);
  if (framing == Framing::kUntilClose) {
    context.close = true;
    const std::lock_guard lock(mutex_);
    output_.close = true;
  }
  chunked_ = framing == Framing::kChunked;
  std::string head = serialize_head(response, context);
  if (framing == Framing::kNone || context.head_only) return emit(std::move(head), true);
  if (response.events) {
    std::shared_ptr<EventQueue> queue;
    {
      const std::lock_guard lock(mutex_);
      if (aborted_) return;
      queue = std::make_shared<EventQueue>(setup_.event_queue_limit, setup_.waker);
      output_.bytes.push_back(std::move(head));
      output_.events = queue;
      wake_locked();
    }
    response.events(std::move(queue));
    return;
  }
  if (response.stream) {
    emit(std::move(head), false);
    response.stream(*this);
    return emit(chunked_ ? std::string(kLastChunk) : std::string(), true);
  }
  if (response.body.size() <= kMergeBytes) {
    head += response.body;
    return emit(std::move(head), true);
  }
  emit(std::move(head), false);
  emit(std::move(response.body), true);
}

}  // namespace tocsin::http
