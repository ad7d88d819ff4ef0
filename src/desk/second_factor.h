// The second factor of a sign-in: one-time codes of an authenticator, and recovery codes for the
// day on which it is lost (W17-09).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/registry.h"
#include "store/collections.h"

namespace tocsin::desk {

/// Where secrets lie: outside of the database, as the hub's other keys do.
class SecretFiles {
 public:
  virtual ~SecretFiles() = default;
  virtual Status seal(const std::string& name, std::string_view secret) = 0;
  /// kUnavailable when there is none or it cannot be read.
  virtual Result<std::string> read(const std::string& name) = 0;
  virtual void forget(const std::string& name) = 0;
};

/// What the database knows of it; the secret is a sealed file under the same id.
struct SecondFactor {
  using is_described = void;
  std::string id;  ///< of the person
  Instant enrolled;
  Instant confirmed;                  ///< unset: not asked for yet
  std::int64_t last_step = 0;         ///< of the last code that was taken
  std::vector<std::string> recovery;  ///< SHA-256 of what is left of the recovery codes
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("enrolled", s.enrolled);
    v("confirmed", s.confirmed);
    v("last_step", s.last_step);
    v("recovery", s.recovery);
  }
};

/// The only time that the secret is seen.
struct Enrolment {
  using is_described = void;
  std::string secret;  ///< base 32, to be typed
  std::string uri;     ///< otpauth, for a QR code
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("secret", s.secret);
    v("uri", s.uri);
  }
};

/// The only time that they are seen.
struct RecoveryCodes {
  using is_described = void;
  std::vector<std::string> recovery_codes;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("recovery_codes", s.recovery_codes);
  }
};

struct FactorState {
  using is_described = void;
  bool confirmed = false;
  bool required = false;  ///< by a role of the person in any organisation
  std::int64_t recovery_left = 0;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("confirmed", s.confirmed);
    v("required", s.required);
    v("recovery_left", s.recovery_left);
  }
};

/// Thread safety: safe.
class SecondFactors {
 public:
  SecondFactors(store::Store& store, const Clock& clock, const law::CurrentLibrary& law,
                SecretFiles& files, std::vector<model::Role> required_for)
      : store_(store),
        clock_(clock),
        law_(law),
        files_(files),
        required_for_(std::move(required_for)) {}

  /// A new secret, which counts once it is confirmed; kConflict when one is confirmed already.
  Result<Enrolment> enrol(const Actor& actor);
  /// Proves that the authenticator has it; from now on every sign-in asks for a code.
  Result<RecoveryCodes> confirm(const Actor& actor, std::string_view code);
  /// An administrator takes it away from somebody who lost everything.
  Result<FactorState> reset(const Actor& actor, std::string_view login);
  Result<FactorState> state(store::ReadTx& tx, const model::User& user) const;

  /// Inside the transaction of a sign-in: takes the code, so that it is not good again. Nothing to
  /// do for a person without a confirmed factor. kUnauthenticated with the field `code`.
  Status take(store::WriteTx& tx, const model::User& user, std::string_view code);

 private:
  Status journal(store::WriteTx& tx, const Actor& actor, const std::string& action,
                 const std::string& subject);

  store::Store& store_;
  const Clock& clock_;
  const law::CurrentLibrary& law_;
  SecretFiles& files_;
  const std::vector<model::Role> required_for_;
};

/// What a sign-in of somebody lacks who gave no code; becomes a problem type of its own.
inline constexpr std::string_view kSecondFactorRequired = "second-factor-required";

}  // namespace tocsin::desk

namespace tocsin::store {

template <>
struct Collection<desk::SecondFactor> {
  static constexpr std::string_view table = "second_factor";
  static std::vector<IndexKey> keys(const desk::SecondFactor&) { return {}; }
};

}  // namespace tocsin::store
