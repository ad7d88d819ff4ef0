#include "enforce/dns/transfer.h"

namespace tocsin::enforce::dns {
namespace {

constexpr std::uint16_t kApexPointer =
    0xc00c;  // the question's name, always right behind the header
constexpr std::size_t kCountOffset = 6;

/// Fills messages record by record. Every one repeats the question (RFC 5936 §2.2.1 allows it), so
/// that one pointer to the apex compresses all owners.
class Stream {
 public:
  Stream(Transfer& transfer, const Clock& clock,
         const std::function<Status(const std::string&)>& sink)
      : transfer_(transfer), clock_(clock), sink_(sink) {
    limit_ = transfer.message_limit_bytes;
    if (transfer.signer) limit_ -= transfer.signer->overhead();
    begin();
  }

  /// False once something failed; see status().
  bool add(const RecordView& record) {
    const std::size_t size = record.owner.size() + 2 + 10 + record.rdata.size();
    if (count_ > 0 && (message_.size() + size > limit_ || count_ == 0xffff) && !flush()) {
      return false;
    }
    message_ += record.owner;
    put16(message_, kApexPointer);
    put16(message_, record.type);
    put16(message_, kClassIn);
    put32(message_, record.ttl_s);
    put16(message_, static_cast<std::uint16_t>(record.rdata.size()));
    message_ += record.rdata;
    ++count_;
    return status_.has_value();
  }

  bool add_soa(std::uint32_t serial) {
    const Rr soa = soa_rr(transfer_.view->apex(), serial);
    return add({{}, kTypeSoa, soa.ttl, soa.rdata});
  }

  bool flush() {
    if (!status_ || count_ == 0) return status_.has_value();
    message_[kCountOffset] = static_cast<char>(count_ >> 8U);
    message_[kCountOffset + 1] = static_cast<char>(count_ & 0xffU);
    if (transfer_.signer) transfer_.signer->sign(message_, clock_.now());
    status_ = sink_(message_);
    begin();
    return status_.has_value();
  }

  Status status() const { return status_; }

 private:
  void begin() {
    message_.clear();
    put16(message_, transfer_.id);
    put16(message_, kFlagQr | kFlagAa);
    put16(message_, 1);
    for (int i = 0; i < 3; ++i) put16(message_, 0);
    message_ += transfer_.question.name.wire();
    put16(message_, transfer_.question.type);
    put16(message_, transfer_.question.klass);
    count_ = 0;
  }

  Transfer& transfer_;
  const Clock& clock_;
  const std::function<Status(const std::string&)>& sink_;
  std::size_t limit_ = 0;
  std::string message_;
  std::size_t count_ = 0;
  Status status_;
};

bool write_full(Stream& out, const ZoneView& view) {
  const Apex& apex = view.apex();
  if (!out.add_soa(view.serial())) return false;
  const Name ns = apex.mname.is_root() ? *Name::parse("localhost") : apex.mname;
  if (!out.add({{}, kTypeNs, apex.ttl_s, ns.wire()})) return false;
  view.for_each([&](const RecordView& record) { return out.add(record); });
  return out.add_soa(view.serial());
}

bool write_steps(Stream& out, const Transfer& transfer) {
  if (!out.add_soa(transfer.view->serial())) return false;
  for (const auto& step : transfer.steps) {
    if (!out.add_soa(step->from())) return false;
    step->for_each_removed([&](const RecordView& record) { return out.add(record); });
    if (!out.add_soa(step->to())) return false;
    step->for_each_added([&](const RecordView& record) { return out.add(record); });
  }
  return out.add_soa(transfer.view->serial());
}

}  // namespace

Rr soa_rr(const Apex& apex, std::uint32_t serial) {
  Soa soa;
  soa.mname = apex.mname.is_root() ? *Name::parse("localhost") : apex.mname;
  soa.rname = apex.rname.is_root() ? *Name::parse("hostmaster.localhost") : apex.rname;
  soa.serial = serial;
  soa.refresh_s = apex.refresh_s;
  soa.retry_s = apex.retry_s;
  soa.expire_s = apex.expire_s;
  soa.minimum_s = apex.minimum_s;
  return {*Name::parse(apex.zone), kTypeSoa, kClassIn, apex.ttl_s, rdata_of(soa)};
}

Status Transfer::send(const Clock& clock, const std::function<Status(const std::string&)>& sink) {
  Stream out(*this, clock, sink);
  switch (shape) {
    case Shape::kFull:
      write_full(out, *view);
      break;
    case Shape::kIncremental:
      write_steps(out, *this);
      break;
    case Shape::kCurrent:
      out.add_soa(view->serial());
      break;
  }
  out.flush();
  return out.status();
}

}  // namespace tocsin::enforce::dns
