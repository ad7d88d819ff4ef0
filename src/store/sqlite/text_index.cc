#include "store/sqlite/text_index.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/fair_mutex.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/tallies.h"

namespace tocsin::store {
namespace {

/// Of the file's layout; another one is thrown away.
constexpr std::int64_t kLayout = 2;
/// Every document has this token among its keys, so that a query may consist of exclusions only. No
/// key becomes it: write_token() writes `+2b`.
constexpr std::string_view kEvery = "+";
constexpr std::size_t kMostTerms = 1000;

/// The tokenizer `ascii` splits at every ASCII character that it was not told of, and folds case.
/// Whatever could be split or folded is written as `+` and two hexadecimal digits, byte by byte, so
/// that a prefix stays a prefix.
void write_token(std::string_view bytes, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == ':' || c == '.' || c == '-' || c == '/' || c == '@' || c == '=';
    if (plain) {
      out += c;
    } else {
      out += '+';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::string column_of(const std::vector<std::string>& tokens) {
  std::string out;
  for (const auto& token : tokens) {
    if (token.empty()) continue;
    if (!out.empty()) out += ' ';
    write_token(token, out);
  }
  return out;
}

std::int64_t digest_of(std::string_view words, std::string_view keys, std::string_view tally) {
  const auto digest =
      crypto::sha256(std::string(words) + "\n" + std::string(keys) + "\n" + std::string(tally));
  std::uint64_t out = 0;
  for (std::size_t b = 0; b < 8; ++b) out = out << 8 | digest[b];
  return static_cast<std::int64_t>(out);
}

/// `words : "one two" *`: everything from outside stands between quotes, as tokens.
void write_term(const TextTerm& term, std::string& out) {
  out += term.key ? "keys : \"" : "words : \"";
  out += column_of(term.words);
  out += term.prefix ? "\" *" : "\"";
}

Result<std::string> expression(const TextQuery& query) {
  std::size_t terms = 0;
  const auto valid = [&](const TextTerm& term) {
    return ++terms <= kMostTerms && !term.words.empty() &&
           std::none_of(term.words.begin(), term.words.end(),
                        [](const std::string& w) { return w.empty(); });
  };
  const auto group = [&](const std::vector<TextTerm>& any, std::string& out) {
    for (std::size_t i = 0; i < any.size(); ++i) {
      if (!valid(any[i])) return false;
      out += i == 0 ? "(" : " OR ";
      write_term(any[i], out);
    }
    out += ")";
    return !any.empty();
  };
  std::string out = fmt::format("(keys : \"{}\"", kEvery);
  bool good = true;
  for (const auto& any : query.all) {
    // The key of every document is only read where nothing narrower is asked for.
    if (&any == query.all.data()) {
      out = "(";
    } else {
      out += " AND ";
    }
    good = good && group(any, out);
  }
  out += ")";
  if (!query.none.empty()) {
    out += " NOT ";
    good = good && group(query.none, out);
  }
  if (good) return out;
  return fail_bi(Code::kInvalid, "a search needs words, and at most 1,000 of them",
                 "检索须含词语，且不超过 1000 个", "q");
}

struct CollectionSql {
  std::string known, add_id, change_id, drop_id, add, change, drop, find_down, find_up, count;
};

CollectionSql sql_of(std::string_view c) {
  const auto find = [&](const char* behind, const char* order) {
    return fmt::format(
        "select d.id, t.rowid from text_{0} t join id_{0} d on d.row = t.rowid "
        "where text_{0} match ?1 and t.rowid {1} ?2 order by t.rowid {2} limit ?3",
        c, behind, order);
  };
  return {
      fmt::format("select row, digest, tally from id_{} where id = ?1", c),
      fmt::format("insert into id_{0} (id, row, digest, tally) values "
                  "(?1, (select coalesce(max(row), 0) + 1 from id_{0}), ?2, ?3)",
                  c),
      fmt::format("update id_{} set digest = ?2, tally = ?3 where id = ?1", c),
      fmt::format("delete from id_{} where id = ?1", c),
      fmt::format("insert into text_{} (rowid, words, keys) values (?1, ?2, ?3)", c),
      fmt::format("update text_{} set words = ?2, keys = ?3 where rowid = ?1", c),
      fmt::format("delete from text_{} where rowid = ?1", c),
      find("<", "desc"),
      find(">", "asc"),
      fmt::format("select count(*) from id_{}", c),
  };
}

std::string schema(const std::vector<std::string>& collections) {
  std::string sql =
      "create table if not exists note (name text primary key, value text not null) without rowid;";
  sql += kTallySchema;
  for (const auto& c : collections) {
    sql += fmt::format(
        "create table if not exists id_{0} (id text primary key, row integer not null,"
        " digest integer not null, tally text not null) without rowid;"
        "create unique index if not exists row_{0} on id_{0} (row);"
        "create virtual table if not exists text_{0} using fts5(words, keys, columnsize = 0,"
        " tokenize = \"ascii tokenchars ':.-/@=+'\");",
        c);
  }
  return sql;
}

class SqliteTextIndex final : public TextIndex {
 public:
  SqliteTextIndex(const std::filesystem::path& path, std::unique_ptr<Connection> writer,
                  std::vector<std::string> collections)
      : writer_(std::move(writer)),
        readers_(path),
        collections_(std::move(collections)),
        tallies_(*writer_) {
    for (const auto& c : collections_) sql_.emplace(c, sql_of(c));
  }

  Status put(const TextBatch& batch) override {
    return change([&]() -> Status {
      if (!batch.documents.empty()) {
        TRY(const auto* sql, sql_for(batch.collection));
        for (const auto& document : batch.documents) TRY_STATUS(put_one(*sql, document));
        TRY_STATUS(tallies_.flush());
      }
      for (const auto& [name, value] : batch.notes) {
        TRY(auto note, writer_->prepare("insert into note (name, value) values (?1, ?2) "
                                        "on conflict (name) do update set value = excluded.value"));
        TRY_STATUS(note.bind(1, name).bind(2, value).run());
      }
      return {};
    });
  }

  Result<std::vector<TextHit>> find(std::string_view collection, const TextQuery& query) override {
    TRY(const auto* sql, sql_for(collection));
    TRY(const std::string asked, expression(query));
    return readers_.with([&](Connection& db) -> Result<std::vector<TextHit>> {
      const bool at_the_newest = !query.oldest_first && query.after == 0;
      TRY(auto rows, db.prepare(query.oldest_first ? sql->find_up : sql->find_down));
      rows.bind(1, asked)
          .bind(2, at_the_newest ? INT64_MAX : query.after)
          .bind(3, static_cast<std::int64_t>(query.limit));
      std::vector<TextHit> out;
      for (;;) {
        TRY(const bool row, rows.step());
        if (!row) return out;
        out.push_back({rows.text(0), rows.integer(1)});
      }
    });
  }

  Result<std::int64_t> count(std::string_view collection) override {
    TRY(const auto* sql, sql_for(collection));
    return readers_.with([&](Connection& db) -> Result<std::int64_t> {
      TRY(auto query, db.prepare(sql->count));
      TRY_STATUS(query.step());
      return query.integer(0);
    });
  }

  Result<std::map<std::string, std::int64_t>> tallied(const TextCount& count) override {
    return readers_.with([&](Connection& db) -> Result<std::map<std::string, std::int64_t>> {
      TRY(auto all, read_tallies(db, count, false));
      return std::move(all[0]);
    });
  }

  Result<TallyByDay> tallied_by_day(const TextCount& count) override {
    return readers_.with([&](Connection& db) { return read_tallies(db, count, true); });
  }

  Result<std::string> note(std::string_view name) override {
    return readers_.with([&](Connection& db) -> Result<std::string> {
      TRY(auto query, db.prepare("select value from note where name = ?1"));
      query.bind(1, name);
      TRY(const bool row, query.step());
      return row ? query.text(0) : std::string();
    });
  }

  Status clear() override {
    return change([&]() -> Status {
      tallies_.reset();
      std::string sql = "delete from note; delete from tally; delete from word;";
      for (const auto& c : collections_) {
        sql += fmt::format("delete from id_{0}; delete from text_{0};", c);
      }
      return writer_->execute(sql.c_str());
    });
  }

 private:
  Result<const CollectionSql*> sql_for(std::string_view collection) const {
    const auto found = sql_.find(std::string(collection));
    if (found != sql_.end()) return &found->second;
    return fail_bi(Code::kInvalid, "there is no index of " + std::string(collection),
                   "没有“" + std::string(collection) + "”的索引", "in");
  }

  template <typename F>
  Status change(F&& body) {
    const std::lock_guard lock(mutex_);
    TRY_STATUS(writer_->execute("begin immediate"));
    const Status done = body();
    const Status ended = writer_->execute(done ? "commit" : "rollback");
    if (!done || !ended) tallies_.reset();
    return done ? ended : done;
  }

  Status put_one(const CollectionSql& sql, const TextDocument& document) {
    const bool gone = document.words.empty() && document.keys.empty();
    const std::string words = column_of(document.words);
    std::string keys(kEvery);
    if (!document.keys.empty()) keys += ' ' + column_of(document.keys);
    const std::string tally = gone ? std::string() : tally_text(document.tally);
    const std::int64_t digest = digest_of(words, keys, tally);
    TRY(const auto known, known_as(sql, document.id));
    if (gone ? known.row == 0 : known.row != 0 && known.digest == digest) return {};
    TRY_STATUS(tallies_.replace(known.tally, tally));
    if (gone) {
      TRY(auto id, writer_->prepare(sql.drop_id));
      TRY_STATUS(id.bind(1, document.id).run());
      TRY(auto text, writer_->prepare(sql.drop));
      return text.bind(1, known.row).run();
    }
    std::int64_t row = known.row;
    TRY(auto id, writer_->prepare(row != 0 ? sql.change_id : sql.add_id));
    TRY_STATUS(id.bind(1, document.id).bind(2, digest).bind(3, tally).run());
    TRY(auto text, writer_->prepare(row != 0 ? sql.change : sql.add));
    if (row == 0) {
      TRY(const auto added, known_as(sql, document.id));
      row = added.row;
    }
    return text.bind(1, row).bind(2, words).bind(3, keys).run();
  }

  struct Known {
    std::int64_t row = 0;
    std::int64_t digest = 0;
    std::string tally = {};
  };
  Result<Known> known_as(const CollectionSql& sql, const std::string& id) {
    TRY(auto query, writer_->prepare(sql.known));
    query.bind(1, id);
    TRY(const bool row, query.step());
    return row ? Known{query.integer(0), query.integer(1), query.text(2)} : Known{};
  }

  FairMutex mutex_;
  std::unique_ptr<Connection> writer_;
  Readers readers_;
  const std::vector<std::string> collections_;
  std::unordered_map<std::string, CollectionSql> sql_;
  TallyWriter tallies_;
};

/// A file of this layout, ready to be used; anything else is an error.
Result<std::unique_ptr<Connection>> open_file(const std::filesystem::path& path,
                                              const std::vector<std::string>& collections) {
  TRY(auto db, Connection::open(path, Connection::Mode::kWriter));
  // What a power cut takes is filled in again from the journal.
  TRY_STATUS(db->execute("pragma synchronous = normal"));
  std::int64_t layout = 0;
  {
    TRY(auto query, db->prepare("pragma user_version"));
    TRY_STATUS(query.step());
    layout = query.integer(0);
  }
  if (layout != 0 && layout != kLayout) {
    return fail(Code::kConflict, fmt::format("the index has layout {}", layout));
  }
  TRY_STATUS(db->execute(schema(collections).c_str()));
  TRY_STATUS(db->execute(fmt::format("pragma user_version = {}", kLayout).c_str()));
  return db;
}

}  // namespace

Result<std::unique_ptr<TextIndex>> open_sqlite_text(const std::filesystem::path& path,
                                                    const std::vector<std::string>& collections) {
  auto opened = open_file(path, collections);
  if (!opened && opened.error().code != Code::kOverloaded) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code ec;
      std::filesystem::remove(path.string() + suffix, ec);
    }
    opened = open_file(path, collections);
  }
  TRY(auto writer, std::move(opened));
  return std::unique_ptr<TextIndex>(
      std::make_unique<SqliteTextIndex>(path, std::move(writer), collections));
}

}  // namespace tocsin::store
