#include "hub/list_order.h"

namespace tocsin::hub {
namespace {

constexpr char kDown = '-';

}  // namespace

std::string ListOrder::next(std::string_view position) const {
  return (descending ? std::string(1, kDown) : std::string()).append(position);
}

std::vector<std::string> both_ways(std::string_view key, bool usually_descending) {
  std::vector<std::string> out = {std::string(key), kDown + std::string(key)};
  if (usually_descending) std::swap(out[0], out[1]);
  return out;
}

http::Param sort_param(const std::vector<std::string>& words) {
  return word_param("sort",
                    {"顺序，- 为降序；默认 " + words.front(),
                     "the order, downwards with -; " + words.front() + " by default"},
                    words);
}

Result<ListOrder> list_order(const http::Request& request, const std::vector<std::string>& words,
                             std::string_view after) {
  TRY(const auto word, word_of(request, "sort", words));
  ListOrder out{word.front() == kDown, std::string(after)};
  if (after.empty()) return out;
  if ((after.front() == kDown) != out.descending) {
    return fail_bi(
        Code::kInvalid,
        "this position belongs to the other order: repeat the `sort` of the page before, "
        "or begin without `after`",
        "该位置属于另一种顺序：请沿用上一页的 sort，或去掉 after 从头开始", "after");
  }
  if (out.descending) out.after.erase(0, 1);
  return out;
}

}  // namespace tocsin::hub
