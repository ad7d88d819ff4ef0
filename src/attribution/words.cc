#include "attribution/words.h"

#include <array>
#include <vector>

namespace tocsin::attribution {
namespace {

struct Division {
  std::string_view code;
  std::string_view stem;  ///< the first two characters, three where two are not enough
  std::string_view zh;
  std::string_view en;
};

constexpr std::array<Division, 34> kDivisions = {{
    {"11", "北京", "北京", "Beijing"},
    {"12", "天津", "天津", "Tianjin"},
    {"13", "河北", "河北", "Hebei"},
    {"14", "山西", "山西", "Shanxi"},
    {"15", "内蒙古", "内蒙古", "Inner Mongolia"},
    {"21", "辽宁", "辽宁", "Liaoning"},
    {"22", "吉林", "吉林", "Jilin"},
    {"23", "黑龙江", "黑龙江", "Heilongjiang"},
    {"31", "上海", "上海", "Shanghai"},
    {"32", "江苏", "江苏", "Jiangsu"},
    {"33", "浙江", "浙江", "Zhejiang"},
    {"34", "安徽", "安徽", "Anhui"},
    {"35", "福建", "福建", "Fujian"},
    {"36", "江西", "江西", "Jiangxi"},
    {"37", "山东", "山东", "Shandong"},
    {"41", "河南", "河南", "Henan"},
    {"42", "湖北", "湖北", "Hubei"},
    {"43", "湖南", "湖南", "Hunan"},
    {"44", "广东", "广东", "Guangdong"},
    {"45", "广西", "广西", "Guangxi"},
    {"46", "海南", "海南", "Hainan"},
    {"50", "重庆", "重庆", "Chongqing"},
    {"51", "四川", "四川", "Sichuan"},
    {"52", "贵州", "贵州", "Guizhou"},
    {"53", "云南", "云南", "Yunnan"},
    {"54", "西藏", "西藏", "Tibet"},
    {"61", "陕西", "陕西", "Shaanxi"},
    {"62", "甘肃", "甘肃", "Gansu"},
    {"63", "青海", "青海", "Qinghai"},
    {"64", "宁夏", "宁夏", "Ningxia"},
    {"65", "新疆", "新疆", "Xinjiang"},
    {"71", "台湾", "台湾", "Taiwan"},
    {"81", "香港", "香港", "Hong Kong"},
    {"82", "澳门", "澳门", "Macao"},
}};

struct KnownOperator {
  std::string_view key;
  std::string_view zh;
  std::string_view en;
  std::vector<std::string_view> words;  ///< folded
};

const std::vector<KnownOperator>& known_operators() {
  static const std::vector<KnownOperator> all = {
      {"chinanet", "中国电信", "China Telecom", {"电信", "中国电信", "china telecom"}},
      {"unicom", "中国联通", "China Unicom", {"联通", "中国联通", "china unicom"}},
      {"cmcc", "中国移动", "China Mobile", {"移动", "中国移动", "china mobile"}},
      {"broadnet", "中国广电", "China Broadnet", {"广电", "中国广电", "china broadnet"}},
      {"tietong", "中国铁通", "China TieTong", {"铁通", "中国铁通", "china tietong"}},
      {"cernet", "中国教育和科研计算机网", "CERNET", {"教育网"}},
      {"cstnet", "中国科技网", "CSTNET", {"科技网"}},
      {"drpeng", "鹏博士", "Dr. Peng", {"鹏博士"}},
      {"googlecn", "谷歌中国", "Google China", {}},
  };
  return all;
}

}  // namespace

std::string_view division_code(std::string_view chinese) {
  for (const Division& d : kDivisions) {
    if (chinese.starts_with(d.stem)) return d.code;
  }
  return {};
}

bool is_mainland(std::string_view code) {
  return code.size() == 2 && region_of_division(code).empty();
}

std::string_view region_of_division(std::string_view code) {
  if (code == "71") return "TW";
  if (code == "81") return "HK";
  if (code == "82") return "MO";
  return {};
}

Text division_name(std::string_view code) {
  for (const Division& d : kDivisions) {
    if (d.code == code) return {std::string(d.zh), std::string(d.en)};
  }
  return {};
}

Operator operator_of(std::string_view text) {
  const std::string folded = to_lower(trim(text));
  for (const KnownOperator& o : known_operators()) {
    const bool listed = folded == o.key || folded == std::string(o.key) + "6";
    bool said = false;
    for (const auto word : o.words) said = said || folded == word;
    if (listed || said) return {std::string(o.key), {std::string(o.zh), std::string(o.en)}};
  }
  return {folded, {std::string(trim(text)), std::string(trim(text))}};
}

}  // namespace tocsin::attribution
