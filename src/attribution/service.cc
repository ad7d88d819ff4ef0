#include "attribution/service.h"

#include <algorithm>

#include "attribution/reader.h"
#include "base/crypto/hash.h"
#include "base/file.h"
#include "match/canonical.h"
#include "store/collections.h"

namespace tocsin::attribution {
namespace {

using model::ReferenceSet;

constexpr std::size_t kPage = 1000;
/// Beyond this many new entries of the journal it is cheaper to read the directory again.
constexpr std::size_t kCatchUp = 2000;

Status forbidden(std::string en, std::string zh, std::string rule) {
  return fail_bi(Code::kForbidden, std::move(en), std::move(zh), "actor", std::move(rule));
}

/// `china.v4.txt` -> `china.v4`.
std::string stem_of(std::string_view file) {
  file.remove_prefix(file.find_last_of('/') + 1);
  const auto dot = file.rfind('.');
  return std::string(dot == 0 ? file : file.substr(0, dot));
}

Status check_name(std::string_view name) {
  const bool ok = !name.empty() && name.size() <= 60 && is_utf8(name) &&
                  std::none_of(name.begin(), name.end(), [](unsigned char c) {
                    return c < 0x21 || c == '/' || c == ':' || c == 0x7f;
                  });
  if (ok) return {};
  return fail_bi(Code::kInvalid, "a name is 1 to 60 bytes without blanks, '/' and ':'",
                 "名称应为 1 至 60 字节，不含空白、“/”和“:”", "name");
}

std::string title_of(const ReferenceSet& info) {
  return std::string(name(info.kind)) + ":" + info.name;
}

template <typename T>
Result<std::vector<T>> scan_all(store::ReadTx& tx) {
  std::vector<T> out;
  std::string after;
  for (;;) {
    TRY(auto page, store::scan<T>(tx, after, kPage));
    const bool last = page.size() < kPage;
    if (!last) after = page.back().id;
    std::move(page.begin(), page.end(), std::back_inserter(out));
    if (last) return out;
  }
}

}  // namespace

Service::Service(store::Store& store, const Clock& clock, IdSource& ids,
                 std::filesystem::path folder, match::PublicSuffixes suffixes)
    : store_(store),
      clock_(clock),
      ids_(ids),
      folder_(std::move(folder)),
      suffixes_(std::move(suffixes)) {}

Result<std::unique_ptr<Service>> Service::open(store::Store& store, const Clock& clock,
                                               IdSource& ids, std::filesystem::path folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec) {
    return fail(Code::kUnavailable, "cannot make " + folder.string() + ": " + ec.message());
  }
  TRY(auto suffixes, match::PublicSuffixes::system());
  std::unique_ptr<Service> out(
      new Service(store, clock, ids, std::move(folder), std::move(suffixes)));
  TRY_STATUS(out->load_sets());
  return out;
}

std::filesystem::path Service::file_of(std::string_view digest) const {
  return folder_ / (std::string(digest) + ".ref");
}

Status Service::load_sets() {
  TRY(const auto known, store_.read([](store::ReadTx& tx) { return scan_all<ReferenceSet>(tx); }));
  std::vector<std::shared_ptr<const DataSet>> sets;
  for (const auto& info : known) {
    const auto bytes = read_file(file_of(info.digest), kMaxReferenceBytes * 2);
    const bool whole = bytes && crypto::sha256_hex(*bytes) == info.digest;
    auto set = whole ? load(*bytes) : Result<DataSet>(fail(Code::kCorrupt, "missing or changed"));
    if (!set) {
      unreadable_.lock()->push_back(title_of(info) + ": " + set.error().message);
      continue;
    }
    set->info = info;
    sets.push_back(std::make_shared<const DataSet>(std::move(*set)));
  }
  remove_orphans(known);
  *data_.lock() = std::make_shared<const ReferenceData>(std::move(sets), suffixes_);
  return {};
}

/// A file that the store does not name is what a crash left of an import that never happened.
void Service::remove_orphans(const std::vector<ReferenceSet>& known) {
  std::error_code ec;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(folder_, ec), end; it != end && !ec;
       it.increment(ec)) {
    if (it->path().extension() == ".ref") files.push_back(it->path());
  }
  for (const auto& file : files) {
    const std::string digest = file.stem().string();
    const bool named = std::any_of(known.begin(), known.end(),
                                   [&](const auto& info) { return info.digest == digest; });
    if (!named) std::filesystem::remove(file, ec);
  }
}

std::shared_ptr<const ReferenceData> Service::data() { return *data_.lock(); }

Status Service::keep(const Asker& by, const DataSet& set, std::string& replaced) {
  return store_.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto old, store::find_one<ReferenceSet>(tx, "name", title_of(set.info)));
    ReferenceSet info = set.info;
    if (old) replaced = old->digest;
    TRY_STATUS(store::put(tx, info));
    Json before =
        old ? Json::object({{"digest", old->digest}, {"data_date", old->data_date}}) : Json();
    if (old && old->id != info.id) {
      TRY_STATUS(tx.erase_document(store::Collection<ReferenceSet>::table, old->id));
    }
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "reference.imported",
                          info.id,
                          "",
                          {"miit-202", "", "9", "W17-23"},
                          std::move(before),
                          Json::object({{"kind", std::string(name(info.kind))},
                                        {"name", info.name},
                                        {"data_date", info.data_date},
                                        {"rows", info.rows},
                                        {"refused", info.refused},
                                        {"source_digest", info.source_digest},
                                        {"digest", info.digest}})}));
    return {};
  });
}

Result<ReferenceSet> Service::import(const Asker& by, const ImportRequest& request,
                                     std::string_view bytes) {
  if (!by.user.has(model::Role::kAdmin)) {
    return tl::unexpected(forbidden("importing reference data needs the role admin",
                                    "导入基础数据需要“admin”角色", "W17-10")
                              .error());
  }
  const auto date = parse_date(request.data_date);
  if (!date) {
    return fail_bi(Code::kInvalid, "say the date of the data, YYYY-MM-DD",
                   "请注明数据日期，格式为 YYYY-MM-DD", "date");
  }
  if (*date > shanghai_date(clock_.now())) {
    return fail_bi(Code::kInvalid, "the date of the data lies in the future",
                   "数据日期不能晚于今天", "date");
  }
  const std::string set_name = request.name.empty() ? stem_of(request.file_name) : request.name;
  TRY_STATUS(check_name(set_name));
  TRY(auto set, read_reference({request.kind, set_name}, bytes));
  set.info.id = ids_.make("ref");
  set.info.file_name = request.file_name;
  set.info.data_date = to_string(*date);
  set.info.by = {by.user.id, by.organization.id, clock_.now(), ""};
  const std::string snapshot = save(set);
  set.info.digest = crypto::sha256_hex(snapshot);

  const std::scoped_lock one_at_a_time(importing_);
  // The file first, under its own digest: until the store names it, it means nothing.
  TRY_STATUS(write_file(file_of(set.info.digest), snapshot));
  std::string replaced;
  TRY_STATUS(keep(by, set, replaced));
  auto sets = data()->sets();
  std::erase_if(sets, [&](const auto& s) {
    return s->info.kind == set.info.kind && s->info.name == set.info.name;
  });
  ReferenceSet info = set.info;
  std::erase_if(*unreadable_.lock(),
                [&](const std::string& u) { return u.starts_with(title_of(info) + ": "); });
  sets.push_back(std::make_shared<const DataSet>(std::move(set)));
  *data_.lock() = std::make_shared<const ReferenceData>(std::move(sets), suffixes_);
  if (!replaced.empty() && replaced != info.digest) {
    std::error_code ec;
    std::filesystem::remove(file_of(replaced), ec);
  }
  return info;
}

Result<std::shared_ptr<const Directory>> Service::directory() {
  auto state = directory_.lock();
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    bool stale = state->directory == nullptr;
    if (!stale) {
      TRY(const auto fresh, tx.journal(state->sequence, kCatchUp));
      stale =
          fresh.size() == kCatchUp ||
          std::any_of(fresh.begin(), fresh.end(), [](const journal::Entry& e) {
            return e.action.starts_with("responsibility.") || e.action.starts_with("organization.");
          });
    }
    TRY(const auto sequence, tx.last_sequence());
    state->sequence = sequence;
    if (!stale) return {};
    TRY(auto entries, scan_all<model::Responsibility>(tx));
    TRY(auto organizations, scan_all<model::Organization>(tx));
    state->directory =
        std::make_shared<const Directory>(std::move(entries), std::move(organizations));
    return {};
  }));
  return state->directory;
}

Result<Answer> Service::responsible(const model::Indicator& indicator) {
  TRY(const auto entries, directory());
  const auto sets = data();
  return entries->responsible(indicator, *sets, sets->enrich(indicator), clock_.now());
}

Result<model::Indicator> Service::parse(std::string_view text) {
  std::optional<model::IndicatorKind> hint;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    hint = model::indicator_kind(text.substr(0, colon));
    if (hint) text.remove_prefix(colon + 1);
  }
  return match::canonical(text, hint);
}

Status Service::record_query(const Asker& by, std::string_view what, std::string_view purpose,
                             const std::vector<std::string>& values) {
  std::string all;
  for (const auto& value : values) all += value + "\n";
  return store_.write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "attribution.queried",
                          by.user.id,
                          "",
                          {"miit-202", "", "9", "W17-23"},
                          {},
                          Json::object({{"what", what},
                                        {"purpose", purpose},
                                        {"values", values.size()},
                                        {"digest", crypto::sha256_hex(all)}})}));
    return {};
  });
}

}  // namespace tocsin::attribution
