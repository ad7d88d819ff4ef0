// Vocabularies of tags: files in, what a tag means out.
#include "desk/clocks.h"
#include "hub/app.h"
#include "intake/vocabulary.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kFileBytes = 64U << 20;

}  // namespace

void add_vocabulary_routes(http::Router& router, App& app) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/vocabularies";
  route.operation = "importVocabulary";
  route.tag = "intake";
  route.summary = {"导入标签词表：MISP分类法（machinetag.json）或galaxy聚类文件",
                   "Import a vocabulary: a MISP taxonomy (machinetag.json) or a galaxy's clusters"};
  route.scope = "import";
  route.request = Json::object({{"type", "string"}, {"format", "binary"}});
  route.request_type = "application/octet-stream";
  route.response = model::schema_of<intake::VocabularyOutcome>();
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    const auto by = session(request).actor;
    TRY_STATUS(may_import(by));
    TRY(const std::string body, request.body->read_all(kFileBytes));
    TRY(const auto outcome, intake::import_vocabulary(app.store, body, by.act(app.clock.now()),
                                                      desk::basis_in(*app.law, "6", "W17-08")));
    return http::Response::json(model::to_json(outcome));
  };
  router.add(std::move(route));

  get(router, "/api/v1/vocabularies/term", "getTerm", "intake",
      {"标签的含义（标签，或聚类的别名）", "What a tag means (or a synonym of a cluster)"}, "read",
      {query_param("tag", {"标签", "tag"})}, model::schema_of<intake::Term>(),
      [&app](http::Request& request) -> Result<Json> {
        const std::string tag(request.query_value("tag").value_or(""));
        TRY(const auto term,
            app.store.read([&](store::ReadTx& tx) { return intake::find_term(tx, tag); }));
        return model::to_json(term);
      });
}

}  // namespace tocsin::hub
