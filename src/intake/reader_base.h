// What all readers share: the promise is kept here (every piece goes through emit() or refuse()).
#pragma once

#include <string>

#include "intake/reader.h"

namespace tocsin::intake {

class ReaderBase : public Reader {
 public:
  ReaderBase(Options options, Sink& sink) : options_(std::move(options)), sink_(sink) {}
  const Counters& counters() const override { return counters_; }
  const SourceInfo& source() const override { return source_; }

 protected:
  /// An item with the defaults of the options.
  Item blank(std::int64_t line) const;
  /// Canonicalises `text` into the item and passes it on, or refuses it. Counts one line.
  void emit(std::string_view text, std::optional<model::IndicatorKind> hint, Item&& item);
  void refuse(std::int64_t line, std::string_view original, const Error& error);
  void refuse(std::int64_t line, std::string_view original, std::string code, std::string en,
              std::string zh);
  /// Passes a relation on with the terms of the item that it stands beside, or counts it as one
  /// that cannot be.
  void link(model::RelationKind kind, const Result<model::Node>& from,
            const Result<model::Node>& to, const Item& beside);
  void warn(std::string code, std::string en, std::string zh);
  void comment() { ++counters_.comments; }
  /// The closing warning of a source without items (its old entries must not expire by accident).
  void warn_if_empty();

  Options options_;
  Counters counters_;
  SourceInfo source_;

 private:
  Sink& sink_;
};

/// Splits into lines at LF or CRLF, across chunks, with the line limit.
class LineReader : public ReaderBase {
 public:
  using ReaderBase::ReaderBase;
  Status feed(std::string_view bytes) override;
  Status finish() override;

 protected:
  virtual void on_line(std::string_view line) = 0;
  virtual void on_end() {}
  std::int64_t line() const { return line_; }
  /// The whole source cannot be read: this refusal is its last, and feed() and finish() say why.
  void stop(std::int64_t line, std::string_view original, const Error& error);
  bool stopped() const { return !stopped_; }

 private:
  void take(std::string_view line);

  std::string partial_;
  std::int64_t line_ = 0;
  bool skipping_ = false;  ///< inside a line that is too long
  Status stopped_;         ///< an error once the source was given up
};

/// Collects one whole document with the size limit.
class DocumentReader : public ReaderBase {
 public:
  using ReaderBase::ReaderBase;
  Status feed(std::string_view bytes) final;
  Status finish() final;

 protected:
  /// `text` has the padding that simdjson needs behind it.
  virtual Status on_document(const std::string& text) = 0;

 private:
  std::string text_;
  bool too_large_ = false;
};

/// Pieces of the factory, one a format family; each is defined in the format's own file.
std::unique_ptr<Reader> make_plain(Options options, Sink& sink);
std::unique_ptr<Reader> make_hosts(Options options, Sink& sink);
std::unique_ptr<Reader> make_csv(Options options, Sink& sink);
std::unique_ptr<Reader> make_ndjson(Options options, Sink& sink);
std::unique_ptr<Reader> make_zeek(Options options, Sink& sink);
std::unique_ptr<Reader> make_stix(Options options, Sink& sink);
std::unique_ptr<Reader> make_misp(Options options, Sink& sink);
std::unique_ptr<Reader> make_misp_feed(Options options, Sink& sink);
std::unique_ptr<Reader> make_mail(Options options, Sink& sink);
std::unique_ptr<Reader> make_rpz(Options options, Sink& sink);
std::unique_ptr<Reader> make_shadowserver(Options options, Sink& sink);
std::unique_ptr<Reader> make_intelmq(Options options, Sink& sink);
std::unique_ptr<Reader> make_n6(Options options, Sink& sink);
std::unique_ptr<Reader> make_xlsx(Options options, Sink& sink);
std::unique_ptr<Reader> make_iodef(Options options, Sink& sink);
std::unique_ptr<Reader> make_gbt36643(Options options, Sink& sink);
std::unique_ptr<Reader> make_resolver_conf(Format format, Options options, Sink& sink);

/// Where a JSON text breaks, as a bilingual error with the byte offset.
Error json_error(std::string_view text, std::string_view what);

}  // namespace tocsin::intake
