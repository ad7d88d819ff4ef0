#include "desk/push_token.h"

#include "desk/permissions.h"
#include "store/collections.h"

namespace tocsin::desk {

Result<std::string> pushed_source(store::ReadTx& tx, const Actor& actor, const model::User& user,
                                  const TokenRequest& request) {
  if (request.source.empty()) return std::string();
  TRY_STATUS(require_role(actor, model::Role::kAdmin, "W17-09"));
  if (request.scopes != std::vector<std::string>{"push"}) {
    return fail_bi(Code::kInvalid, "a token for a source has the scope push alone",
                   "来源令牌只能含 push 权限", "scopes", "W17-09");
  }
  TRY(const auto found, store::find_one<model::Source>(tx, "name", request.source));
  if (!found || found->terms.kind != model::SourceKind::kPush) {
    return fail_bi(Code::kNotFound, "there is no source of kind push named " + request.source,
                   "没有名为 " + request.source + " 的推送来源", "source");
  }
  if (!user.has(model::Role::kFinder)) {
    return fail_bi(Code::kForbidden, "who sends indicators needs the role finder",
                   "推送指标的人员须具备“发现人”角色", "user", "W17-05");
  }
  return found->id;
}

}  // namespace tocsin::desk
