// Evidence of a case: single pieces, and the bundle that proves the whole case without this hub.
#include "evidence/builder.h"
#include "hub/app.h"
#include "hub/tree_heads.h"
#include "store/merkle_nodes.h"

namespace tocsin::hub {
namespace {

/// The DER inside our PEM signatures; bundles hold DER so that no byte can change unseen.
Result<std::string> der_of(std::string_view pem) {
  std::string body;
  for (const auto line : split(pem, '\n')) {
    if (!line.starts_with("-----")) body += trim(line);
  }
  return unbase64(body);
}

Result<std::string> bundle(App& app, const desk::Actor& by, const std::string& id) {
  TRY(const auto head, sign_head(app.store, app.keys, app.clock));
  return app.store.read([&](store::ReadTx& tx) -> Result<std::string> {
    model::Threat threat;
    if (is_id(id, "thr")) {
      TRY(threat, store::get<model::Threat>(tx, id));
    } else {
      TRY(auto found, store::find_one<model::Threat>(tx, "number", id));
      if (!found)
        return fail_bi(Code::kNotFound, "there is no threat " + id, "没有威胁 " + id, "id");
      threat = std::move(*found);
    }
    TRY(const bool allowed, may_read(tx, by, threat));
    if (!allowed)
      return fail_bi(Code::kNotFound, "there is no threat " + id, "没有威胁 " + id, "id");
    if (by.organization.type == model::OrganizationType::kPublic) {
      return fail_bi(Code::kForbidden, "a whole case is exported by the units that handle it",
                     "整案导出仅限办理单位", "actor.organization");
    }
    evidence::Builder builder({threat.id, threat.number}, kHubName, app.clock.now());
    Json summary = model::to_json(threat);
    TRY(const auto tasks, store::find<model::Task>(tx, "threat", threat.id));
    summary.set("task_details", model::to_json(tasks));
    builder.set_case(std::move(summary));
    TRY(const auto notices, store::find<model::Notice>(tx, "threat", threat.id));
    for (const auto& notice : notices) {
      TRY(auto signature, der_of(notice.signature));
      TRY_STATUS(builder.add_document(notice.id, notice.document, std::move(signature)));
    }
    TRY(const auto entries, tx.journal_of_threat(threat.id));
    const store::MerkleNodes nodes(tx);
    for (const auto& entry : entries) {
      if (entry.seq > head.head.size) break;
      TRY(const auto proof,
          journal::inclusion_proof(nodes, journal::leaf_index(entry.seq), head.head.size));
      TRY_STATUS(builder.add_entry(entry, proof));
    }
    TRY(const auto pieces, store::find<model::Evidence>(tx, "threat", threat.id));
    for (const auto& piece : pieces) {
      if (piece.kind != "probe") continue;
      TRY(const Json transcript, Json::parse(piece.content));
      TRY_STATUS(builder.add_probe(piece.id, transcript));
    }
    TRY_STATUS(builder.set_head(head.head, head.signature));
    return app.keys.with_key(
        kHubKey, [&](const crypto::SigningKey& key, const crypto::Certificate& certificate) {
          return builder.seal(key, certificate);
        });
  });
}

}  // namespace

void add_evidence_routes(http::Router& router, App& app) {
  get(router, "/api/v1/evidence/{id}", "getEvidence", "evidence",
      {"一份证据", "A piece of evidence"}, "read", {}, model::schema_of<model::Evidence>(),
      [&app](http::Request& request) -> Result<Json> {
        const auto by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto piece, store::get<model::Evidence>(tx, request.params["id"]));
          TRY(const bool allowed, may_read(tx, by, piece));
          if (!allowed)
            return fail_bi(Code::kNotFound, "there is no such evidence", "没有该证据", "id");
          return model::to_json(piece);
        });
      });
  http::Route route;
  route.pattern = "/api/v1/threats/{id}/evidence";
  route.operation = "exportEvidence";
  route.tag = "evidence";
  route.summary = {"导出可离线验证的证据包", "Export the evidence bundle that verifies offline"};
  route.scope = "read";
  route.response_type = "application/x-tar";
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    const auto by = session(request).actor;
    const std::string id = request.params["id"];
    TRY(auto bytes, bundle(app, by, id));
    // Every export is audited; the bundle itself was sealed before this entry.
    TRY_STATUS(app.store.write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.append({by.user.id,
                            by.organization.id,
                            "evidence.exported",
                            id,
                            "",
                            {"mps-82", app.law->find("mps-82")->version, "14", "T05-22"},
                            {},
                            Json::object({{"sha256", crypto::sha256_hex(bytes)}})}));
      return {};
    }));
    http::Response response = http::Response::text(std::move(bytes), "application/x-tar");
    response.header("Content-Disposition", "attachment; filename=\"" + id + ".tocsin-evidence\"");
    return response;
  };
  router.add(std::move(route));
}

}  // namespace tocsin::hub
