#include "model/labels.h"

#include <string>
#include <unordered_map>

namespace tocsin::model {

Text label(std::string_view word) {
  static const std::unordered_map<std::string_view, Text> kLabels = {
      // states of a threat
      {"detected", {"已发现", "detected"}},
      {"self-disposing", {"自行处置中", "being disposed of by its owner"}},
      {"closed-self", {"自行处置完成", "disposed of by its owner"}},
      {"submitted", {"已提交", "submitted"}},
      {"returned", {"退回补正", "returned for correction"}},
      {"merged", {"已合并", "merged"}},
      {"identifying", {"认定中", "being identified"}},
      {"not-confirmed", {"不予认定", "not confirmed"}},
      {"identified", {"已认定", "identified"}},
      {"reviewing", {"审查中", "under review"}},
      {"approved", {"已批准", "approved"}},
      {"rejected", {"不予处置", "rejected"}},
      {"closed", {"已办结", "closed"}},
      {"reopened", {"已重开", "reopened"}},
      {"archived", {"已归档", "archived"}},
      {"purged", {"已清除", "purged"}},
      // attribution: facts, how sure, why, effect
      {"asn", {"自治系统", "autonomous system"}},
      {"as-name", {"自治系统名称", "its name"}},
      {"country", {"国家或地区", "country or region"}},
      {"province", {"省份", "province"}},
      {"city", {"城市", "city"}},
      {"access-provider", {"接入商", "access provider"}},
      {"hosting", {"托管或内容分发", "hosting or content network"}},
      {"registrable-domain", {"可注册域名", "registrable domain"}},
      {"public-suffix", {"公共后缀", "public suffix"}},
      {"phone-operator", {"原归属运营企业", "original operator"}},
      {"phone-region", {"号码归属地", "place of the number"}},
      {"malware-name", {"恶意程序名称", "malware name"}},
      {"malware-system", {"受影响操作系统", "operating system"}},
      {"malware-behaviour", {"属性主分类", "main behaviour"}},
      {"stated", {"明确登记", "stated"}},
      {"assigned", {"按分配记录", "assigned"}},
      {"hint", {"推测", "hint"}},
      {"manual", {"人工登记", "entry by a person"}},
      {"assigned-range", {"运营企业地址段", "the operator's range"}},
      {"platform", {"平台", "platform"}},
      {"app-publisher", {"应用发布者", "publisher of the app"}},
      {"phone-prefix", {"号段", "number prefix"}},
      {"assigns", {"归属", "belongs to"}},
      {"not-ours", {"非本单位", "not theirs"}},
      {"do-not-notify", {"不予通知", "not to be notified"}},
      // states of a task
      {"phone-notified", {"已电话通知", "notified by phone"}},
      {"notified", {"已通知", "notified"}},
      {"disposing", {"处置中", "being disposed of"}},
      {"fed-back", {"已反馈", "fed back"}},
      {"verifying", {"验证中", "being verified"}},
      {"verified", {"已验证", "verified"}},
      {"verify-failed", {"验证未通过", "verification failed"}},
      {"breach", {"未按要求处置", "not disposed of as required"}},
      {"lift-ordered", {"已责令解除", "lift ordered"}},
      {"lifted", {"已解除", "lifted"}},
      {"lift-verified", {"解除已验证", "lift verified"}},
      {"withdrawn", {"已撤回", "withdrawn"}},
      // states of an appeal
      {"filed", {"已申诉", "filed"}},
      {"inadmissible", {"不予受理", "inadmissible"}},
      {"accepted", {"已受理", "accepted"}},
      {"checking", {"核查中", "being checked"}},
      {"upheld", {"申诉成立", "upheld"}},
      {"partly-upheld", {"部分成立", "partly upheld"}},
      {"dismissed", {"申诉不成立", "dismissed"}},
      {"answered", {"已答复", "answered"}},
      // classes and measures
      {"malicious-resource", {"恶意网络资源", "malicious network resource"}},
      {"malware", {"恶意程序", "malware"}},
      {"hidden-danger", {"安全隐患", "security weakness"}},
      {"incident", {"安全事件", "security incident"}},
      {"other", {"其他", "other"}},
      {"block", {"屏蔽", "block"}},
      {"stop-service", {"停止服务", "stop service"}},
      {"clean", {"清除", "remove malware"}},
      {"rectify", {"整改", "rectify"}},
      {"done", {"已完成", "done"}},
      {"partly", {"部分完成", "partly done"}},
      {"impossible", {"无法处置", "impossible"}},
      // clocks
      {"submit_threat", {"提交", "submit"}},
      {"self_disposal", {"自行处置", "dispose of it oneself"}},
      {"dispose", {"处置并反馈", "dispose and feed back"}},
      {"written_followup", {"补书面通知", "written notice after the call"}},
      {"appeal_file", {"提出申诉", "file an appeal"}},
      {"appeal_answer", {"答复申诉", "answer the appeal"}},
      // units of clocks
      {"minute", {"分钟", "minutes"}},
      {"hour", {"小时", "hours"}},
      {"working_day", {"个工作日", "working days"}},
      {"calendar_day", {"日", "days"}},
      {"calendar_month", {"个月", "months"}},
      {"retention", {"留存", "keep"}},
      // roles
      {"finder", {"发现人", "finder"}},
      {"identifier", {"认定人", "identifier"}},
      {"reviewer", {"审查人", "reviewer"}},
      {"executor", {"处置人", "executor"}},
      {"verifier", {"验证人", "verifier"}},
      {"checker", {"申诉核查人", "appeal checker"}},
      {"admin", {"平台运维", "platform operator"}},
      {"auditor", {"审计人", "auditor"}},
  };
  const auto found = kLabels.find(word);
  if (found != kLabels.end()) return found->second;
  return {std::string(word), std::string(word)};
}

}  // namespace tocsin::model
