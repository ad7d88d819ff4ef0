#include "enforce/dns/responder.h"

#include <fmt/format.h>

namespace tocsin::enforce::dns {

struct Responder::Context {
  const Request& request;
  Message message;
  TsigCheck tsig;
  const Secondary* secondary = nullptr;
  std::shared_ptr<const ZoneView> view;

  PeerEvent event(PeerEventKind kind, std::uint32_t serial, Instant now,
                  std::string detail = {}) const {
    return {kind, secondary->name, view->apex().zone, serial, now, std::move(detail)};
  }
};

namespace {

/// A header alone: the answer to what cannot be decoded.
std::string bare_reply(std::string_view bytes, std::uint8_t rcode) {
  std::string out;
  put16(out, get16(bytes, 0));
  put16(out, static_cast<std::uint16_t>(kFlagQr | (get16(bytes, 2) & 0x7900U) | rcode));
  out.append(8, '\0');
  return out;
}

/// The serial a secondary says it holds: the SOA of the zone in the authority section (RFC 1995
/// §3).
std::optional<std::uint32_t> held_serial(const Message& message) {
  if (message.authority.size() != 1) return std::nullopt;
  const Rr& rr = message.authority.front();
  if (!(rr.name == message.questions.front().name)) return std::nullopt;
  const auto soa = soa_of(rr);
  if (!soa) return std::nullopt;
  return soa->serial;
}

std::size_t changed_records(const std::vector<std::shared_ptr<const Delta>>& steps) {
  std::size_t total = 0;
  for (const auto& step : steps) total += step->size() + 2;
  return total;
}

}  // namespace

Outcome Responder::handle(const Request& request) const {
  if (request.bytes.size() < kHeaderBytes) return {};
  if ((get16(request.bytes, 2) & kFlagQr) != 0) return {};
  auto message = decode(request.bytes);
  if (!message) {
    Outcome out;
    out.kind = Outcome::Kind::kReply;
    out.reply = bare_reply(request.bytes, kFormErr);
    return out;
  }
  Context context{request, std::move(*message), {}, nullptr, nullptr};
  context.tsig = check_tsig(request.bytes, context.message, keys_, clock_.now());
  if (context.tsig.state == TsigCheck::State::kMalformed) return reply(context, kFormErr);
  if (context.tsig.state == TsigCheck::State::kRejected) return reply_tsig_error(context);
  if (context.message.opcode() != kOpcodeQuery) return reply(context, kNotImp);
  if (context.message.questions.size() != 1) return reply(context, kFormErr);
  return answer_zone(context);
}

Outcome Responder::answer_zone(Context& context) const {
  const Question& question = context.message.questions.front();
  const std::string zone = question.name.lower().text();
  context.secondary = peers_.allowed(context.request.from, context.tsig.key, zone);
  if (context.secondary == nullptr || question.klass != kClassIn) return reply(context, kRefused);
  context.view = zones_.view(zone);
  if (context.view == nullptr) return reply(context, kRefused);
  switch (question.type) {
    case kTypeSoa: {
      Outcome out = reply(context, kNoError, true);
      out.event = context.event(PeerEventKind::kAsked, context.view->serial(), clock_.now());
      return out;
    }
    case kTypeAxfr:
      if (!context.request.tcp) return reply(context, kFormErr);  // RFC 5936 §4.2
      return transfer(context, Transfer::Shape::kFull);
    case kTypeIxfr:
      return answer_ixfr(context);
    default:
      return reply(context, kRefused);
  }
}

Outcome Responder::answer_ixfr(Context& context) const {
  const auto held = held_serial(context.message);
  if (!held) return reply(context, kFormErr);
  const std::uint32_t serial = context.view->serial();
  const bool ahead = serial_newer(*held, serial);
  PeerEvent event = context.event(PeerEventKind::kHolds, *held, clock_.now());
  // A datagram's sender can be forged: what it claims to hold counts only when it is signed.
  const bool trusted = context.request.tcp || context.tsig.state == TsigCheck::State::kVerified;
  if (!trusted) {
    event.kind = PeerEventKind::kAsked;
    event.serial = serial;
  } else if (ahead) {
    event.kind = PeerEventKind::kAhead;
    event.detail = fmt::format("holds serial {} but the zone is at {}", *held, serial);
  }
  Outcome out;
  if (!context.request.tcp) {
    // One SOA tells the secondary to come back over TCP (RFC 1995 §2): no packet can be too small.
    out = reply(context, kNoError, true);
  } else if (ahead || *held == serial) {
    out = transfer(context, Transfer::Shape::kCurrent);
  } else if (auto steps = context.view->since(*held);
             steps && changed_records(*steps) <= context.view->size() + 2) {
    out = transfer(context, Transfer::Shape::kIncremental);
    out.transfer->steps = std::move(*steps);
  } else {
    out = transfer(context, Transfer::Shape::kFull);
  }
  out.event = std::move(event);
  return out;
}

Outcome Responder::transfer(Context& context, Transfer::Shape shape) const {
  Outcome out;
  out.kind = Outcome::Kind::kTransfer;
  out.transfer = std::make_unique<Transfer>();
  out.transfer->view = context.view;
  out.transfer->shape = shape;
  out.transfer->secondary = context.secondary->name;
  out.transfer->question = context.message.questions.front();
  out.transfer->id = context.message.id;
  if (context.tsig.key != nullptr) {
    out.transfer->signer.emplace(*context.tsig.key, context.tsig.data.mac);
  }
  return out;
}

Outcome Responder::reply(Context& context, std::uint8_t rcode, bool with_soa) const {
  Message answer;
  answer.id = context.message.id;
  answer.flags = kFlagQr | (context.message.flags & kFlagRd);
  answer.set_opcode(context.message.opcode());
  answer.set_rcode(rcode);
  if (context.message.questions.size() == 1) answer.questions = context.message.questions;
  if (with_soa) {
    answer.flags |= kFlagAa;
    answer.answers.push_back(soa_rr(context.view->apex(), context.view->serial()));
  }
  if (find_opt(context.message)) answer.additional.push_back(rr_of(Opt{}));
  Outcome out;
  out.kind = Outcome::Kind::kReply;
  auto bytes = encode(answer);
  out.reply = bytes ? std::move(*bytes) : bare_reply(context.request.bytes, kServFail);
  if (context.tsig.state == TsigCheck::State::kVerified) {
    TsigSigner(*context.tsig.key, context.tsig.data.mac).sign(out.reply, clock_.now());
  }
  return out;
}

Outcome Responder::reply_tsig_error(Context& context) const {
  const TsigCheck check = context.tsig;
  context.tsig = {};
  Outcome out = reply(context, kNotAuth);
  if (check.error == kBadTime) {
    TsigSigner(*check.key, check.data.mac)
        .sign(out.reply, clock_.now(), kBadTime, check.data.time_s);
  } else {
    append_tsig_error(out.reply, check, clock_.now());
  }
  return out;
}

}  // namespace tocsin::enforce::dns
