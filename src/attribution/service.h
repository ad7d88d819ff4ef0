// Reference data and entries of responsibility as one hub keeps them: import, load, look up.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "attribution/responsible.h"
#include "base/guarded.h"
#include "base/ids.h"
#include "store/store.h"

namespace tocsin::attribution {

/// Who asks, as the model knows people; the caller has authenticated them.
struct Asker {
  const model::User& user;
  const model::Organization& organization;
};

struct ImportRequest {
  model::ReferenceKind kind = model::ReferenceKind::kIpAsn;
  std::string name;  ///< left out: the file's name without its ending
  std::string file_name;
  std::string data_date;  ///< YYYY-MM-DD, required: a table without its date says nothing
};

/// An entry by a person (desk-like act; journaled).
struct EntryRequest {
  using is_described = void;
  model::ResponsibilityEffect effect = model::ResponsibilityEffect::kAssigns;
  model::ResponsibilityKey key_kind = model::ResponsibilityKey::kCidr;
  std::string key;
  std::string organization;  ///< code
  std::string outside;       ///< name of a unit that is not registered
  std::optional<model::Contact> contact;
  Instant from;
  Instant until;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("effect", s.effect);
    v("key_kind", s.key_kind);
    v("key", s.key);
    v("organization", s.organization);
    v("outside", s.outside);
    v("contact", s.contact);
    v("from", s.from);
    v("until", s.until);
    v("reason", s.reason);
  }
};

struct SuppressRequest {
  using is_described = void;
  std::string reason;
  Instant until;  ///< left out: for good
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("reason", s.reason);
    v("until", s.until);
  }
};

/// Thread safety: safe. Readers hold immutable snapshots and never wait for an import.
class Service {
 public:
  /// Loads every data set that the store names from `folder`. One that cannot be read is reported
  /// in unreadable() and left out: the hub works without it.
  static Result<std::unique_ptr<Service>> open(store::Store& store, const Clock& clock,
                                               IdSource& ids, std::filesystem::path folder);

  /// Builds, saves under its digest, records with one journal entry, swaps. A refused file leaves
  /// everything as it was. Needs the role admin.
  Result<model::ReferenceSet> import(const Asker& by, const ImportRequest& request,
                                     std::string_view bytes);
  std::shared_ptr<const ReferenceData> data();
  /// `kind:name: why` of each; a new import of it takes it off.
  std::vector<std::string> unreadable() { return *unreadable_.lock(); }

  /// Administrators, reviewers of an authority and identifiers of an expert body enter; that
  /// somebody is not to be notified, only an authority says (W17-24).
  Result<model::Responsibility> add_entry(const Asker& by, const EntryRequest& request);
  /// The entry stays, without effect until the given time; reviewers of an authority and
  /// administrators, an entry of do-not-notify or a denial only an authority.
  Result<model::Responsibility> suppress(const Asker& by, std::string_view id,
                                         const SuppressRequest& request);

  Result<Answer> responsible(const model::Indicator& indicator);
  /// A query with its purpose is journaled: who asked, why, how many and for what (W17-23).
  Status record_query(const Asker& by, std::string_view what, std::string_view purpose,
                      const std::vector<std::string>& values);

  /// Kind and value from text, `kind:value` where the kind is not clear.
  static Result<model::Indicator> parse(std::string_view text);

 private:
  Service(store::Store& store, const Clock& clock, IdSource& ids, std::filesystem::path folder,
          match::PublicSuffixes suffixes);
  Status load_sets();
  void remove_orphans(const std::vector<model::ReferenceSet>& known);
  Status keep(const Asker& by, const DataSet& set, std::string& replaced);
  Result<std::shared_ptr<const Directory>> directory();
  std::filesystem::path file_of(std::string_view digest) const;

  struct DirectoryState {
    std::shared_ptr<const Directory> directory;
    std::uint64_t sequence = 0;  ///< of the journal that it takes into account
  };

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const std::filesystem::path folder_;
  const match::PublicSuffixes suffixes_;
  Guarded<std::vector<std::string>> unreadable_;
  std::mutex importing_;  ///< one import at a time; readers do not take it
  Guarded<std::shared_ptr<const ReferenceData>> data_;
  Guarded<DirectoryState> directory_;
};

}  // namespace tocsin::attribution
