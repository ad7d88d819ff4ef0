// JSON objects one after the other: one a line, or the members of one array of any length.
#pragma once

#include "base/json.h"
#include "base/json_nesting.h"
#include "intake/reader_base.h"

namespace tocsin::intake {

/// The first byte decides: `[` is an array, split into its members while it arrives; anything else
/// is one object a line. An object that breaks costs its own line; an array that breaks ends there.
class JsonRecords : public LineReader {
 public:
  using LineReader::LineReader;
  Status feed(std::string_view bytes) override;
  Status finish() override;

 protected:
  /// A whole object as text; `number` is the line, or the member's number in the array, from 1.
  virtual void on_text(std::int64_t number, std::string_view text) = 0;
  /// The longest member of an array in bytes.
  virtual std::size_t longest() const { return options_.max_line_bytes; }

 private:
  enum class Shape { kUnknown, kLines, kArray, kEnded };

  void on_line(std::string_view line) final;
  void in_array(char c);
  void inside_member(char c);
  void end_member();
  void broken(std::string_view what);

  Shape shape_ = Shape::kUnknown;
  std::string member_;
  std::int64_t number_ = 0;
  JsonNesting nesting_;
  bool too_long_ = false;
};

/// The same with each object parsed; what is not an object is refused.
class JsonObjects : public JsonRecords {
 public:
  using JsonRecords::JsonRecords;

 protected:
  virtual void on_object(std::int64_t number, std::string_view text, const Json& object) = 0;

 private:
  void on_text(std::int64_t number, std::string_view text) final;
};

}  // namespace tocsin::intake
