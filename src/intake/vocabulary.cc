#include "intake/vocabulary.h"

#include <algorithm>
#include <array>
#include <set>

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxTerms = 100'000;
constexpr std::size_t kMaxSynonyms = 200;
constexpr std::size_t kMaxTag = 1000;

/// The words of sharing, which everybody meets; the vocabularies themselves know no Chinese.
constexpr auto kChinese = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"tlp:red", "仅限指定接收人"},
    {"tlp:amber", "限接收方组织及其客户"},
    {"tlp:amber+strict", "仅限接收方组织内部"},
    {"tlp:green", "限同行社群"},
    {"tlp:white", "可公开"},
    {"tlp:clear", "可公开"},
    {"pap:red", "仅限被动、不可被察觉的使用"},
    {"pap:amber", "可被动核查，不得触及目标"},
    {"pap:green", "可主动核查和处置"},
    {"pap:white", "使用不受限制"},
    {"pap:clear", "使用不受限制"},
});

tl::unexpected<Error> bad(std::string en, std::string zh, std::string place) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), std::move(place), "bad-vocabulary");
}

class Terms {
 public:
  explicit Terms(std::string name) { out_.name = std::move(name); }

  Status add(std::string tag, std::string title, const Json& about, std::string_view place) {
    if (tag.size() > kMaxTag) return bad("a tag is too long", "标签过长", std::string(place));
    if (out_.terms.size() >= kMaxTerms) {
      return bad("more than 100,000 terms", "条目超过100000个", std::string(place));
    }
    Term term;
    term.id = to_lower(tag);
    if (!seen_.insert(term.id).second) return {};  // written twice: the first counts
    term.tag = std::move(tag);
    term.vocabulary = out_.name;
    term.title.en = std::move(title);
    for (const auto& [known, chinese] : kChinese) {
      if (known == term.id) term.title.zh = chinese;
    }
    term.description = about.str("description");
    for (const Json& synonym : about["meta"]["synonyms"].items()) {
      if (term.synonyms.size() < kMaxSynonyms && !synonym.as_string().empty()) {
        term.synonyms.push_back(synonym.as_string());
      }
    }
    out_.terms.push_back(std::move(term));
    return {};
  }

  Vocabulary take() { return std::move(out_); }

 private:
  Vocabulary out_;
  std::set<std::string> seen_;
};

std::string place_of(const char* list, std::size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "]";
}

std::string title_of(const Json& entry) {
  return entry.str("expanded").empty() ? entry.str("value") : entry.str("expanded");
}

Result<Vocabulary> read_taxonomy(const Json& json) {
  const std::string space = json.str("namespace");
  Terms terms("taxonomy:" + to_lower(space));
  const auto& predicates = json["predicates"].items();
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    const std::string& predicate = predicates[i].str("value");
    const std::string place = place_of("predicates", i);
    if (predicate.empty()) return bad("a predicate without value", "谓词缺少value", place);
    TRY_STATUS(terms.add(space + ":" + predicate, title_of(predicates[i]), predicates[i], place));
  }
  const auto& values = json["values"].items();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string place = place_of("values", i);
    for (const Json& entry : values[i]["entry"].items()) {
      if (entry.str("value").empty()) return bad("an entry without value", "条目缺少value", place);
      TRY_STATUS(
          terms.add(space + ":" + values[i].str("predicate") + "=\"" + entry.str("value") + "\"",
                    title_of(entry), entry, place));
    }
  }
  return terms.take();
}

Result<Vocabulary> read_galaxy(const Json& json) {
  const std::string kind = json.str("type");
  Terms terms("galaxy:" + to_lower(kind));
  const auto& values = json["values"].items();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& value = values[i].str("value");
    const std::string place = place_of("values", i);
    if (value.empty()) return bad("a cluster without value", "聚类缺少value", place);
    TRY_STATUS(terms.add("misp-galaxy:" + kind + "=\"" + value + "\"", value, values[i], place));
  }
  return terms.take();
}

}  // namespace

Result<Vocabulary> read_vocabulary(std::string_view text) {
  TRY(const Json json, Json::parse(text));
  if (!json.str("namespace").empty() && json["predicates"].is_array()) return read_taxonomy(json);
  if (!json.str("type").empty() && json["values"].is_array()) return read_galaxy(json);
  return bad("neither a taxonomy (machinetag.json) nor the clusters of a galaxy",
             "既不是分类法（machinetag.json），也不是galaxy聚类文件", "");
}

Result<VocabularyOutcome> import_vocabulary(store::Store& store, std::string_view text,
                                            const model::Act& by, const journal::Basis& basis) {
  TRY(const Vocabulary given, read_vocabulary(text));
  return store.write([&](store::WriteTx& tx) -> Result<VocabularyOutcome> {
    VocabularyOutcome out;
    out.name = given.name;
    std::set<std::string_view> named;
    constexpr auto kTable = store::Collection<Term>::table;
    for (const Term& term : given.terms) {
      ++out.terms;
      named.insert(term.id);
      TRY(const auto body, tx.get_document(kTable, term.id));
      if (body && *body == model::to_json(term).dump()) continue;
      ++(body ? out.changed : out.added);
      TRY_STATUS(store::put(tx, term));
    }
    TRY(const auto kept, store::find<Term>(tx, "vocabulary", given.name, kMaxTerms));
    for (const Term& term : kept) {
      if (named.contains(term.id)) continue;
      ++out.removed;
      TRY_STATUS(tx.erase_document(kTable, term.id));
    }
    if (out.added + out.changed + out.removed == 0) return out;
    TRY_STATUS(tx.append({by.person,
                          by.organization,
                          "vocabulary.imported",
                          given.name,
                          "",
                          basis,
                          {},
                          model::to_json(out)}));
    return out;
  });
}

Result<Term> find_term(store::ReadTx& tx, std::string_view tag) {
  const std::string id = to_lower(trim(tag));
  TRY(const auto body, tx.get_document(store::Collection<Term>::table, id));
  if (body) return store::decode<Term>(*body);
  TRY(const auto same, store::find_one<Term>(tx, "synonym", id));
  if (same) return *same;
  return fail_bi(Code::kNotFound, "no vocabulary has the tag " + std::string(tag),
                 "词表中没有标签 " + std::string(tag), "tag");
}

}  // namespace tocsin::intake
