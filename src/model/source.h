// Where indicators come from, and each run that brought them.
#pragma once

#include <string>
#include <vector>

#include "model/common.h"

namespace tocsin::model {

struct Source {
  using is_described = void;
  std::string id;
  std::string name;  ///< unique
  std::string organization;
  std::int64_t number = 0;  ///< small integer used in the sighting table
  Instant created;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("name", s.name);
    v("organization", s.organization);
    v("number", s.number);
    v("created", s.created);
  }
};

/// What a publisher's columns mean, by the publisher's own file; one for each publisher.
struct FeedSchema {
  using is_described = void;
  std::string id;      ///< `shadowserver`
  std::string body;    ///< the file as it was given
  std::string digest;  ///< its SHA-256
  Act by;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("body", s.body);
    v("digest", s.digest);
    v("by", s.by);
  }
};

/// Why a line was refused, with the line itself; the first thousand of a run are kept.
struct RefusedLine {
  using is_described = void;
  std::int64_t line = 0;
  std::string original;
  std::string code;
  Text reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("line", s.line);
    v("original", s.original);
    v("code", s.code);
    v("reason", s.reason);
  }
};

/// One run over one file. `imported + merged + refused == lines` holds at every commit.
struct Import {
  using is_described = void;
  std::string id;
  std::string source;
  std::string format;
  std::string file_name;
  std::string digest;  ///< SHA-256 of the raw file: the same file resumes, it does not start again
  std::string state;   ///< running | done | failed
  std::int64_t bytes = 0;
  std::int64_t lines = 0;     ///< data lines seen
  std::int64_t imported = 0;  ///< new indicators
  std::int64_t merged = 0;    ///< known already, here or earlier in the file
  std::int64_t refused = 0;
  std::int64_t comments = 0;
  std::vector<RefusedLine> refusals;
  std::vector<std::string> warnings;
  std::vector<std::string> warnings_zh;  ///< the same, one by one
  std::string error;
  Act by;
  Instant finished;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("source", s.source);
    v("format", s.format);
    v("file_name", s.file_name);
    v("digest", s.digest);
    v("state", s.state);
    v("bytes", s.bytes);
    v("lines", s.lines);
    v("imported", s.imported);
    v("merged", s.merged);
    v("refused", s.refused);
    v("comments", s.comments);
    v("refusals", s.refusals);
    v("warnings", s.warnings);
    v("warnings_zh", s.warnings_zh);
    v("error", s.error);
    v("by", s.by);
    v("finished", s.finished);
  }
};

}  // namespace tocsin::model
