// The public site: pages for everybody, in Chinese at `/` and in English at `/en/`, complete
// without scripts (docs/public-site.md).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "desk/desk.h"
#include "http/router.h"
#include "law/library.h"

namespace tocsin::public_site {

/// What the site works with. Everything referred to must outlive it.
struct Services {
  store::Store& store;
  desk::Desk& desk;
  const law::CurrentLibrary& law;
  const Clock& clock;
  IdSource& ids;
  std::string secret;  ///< of site_secret()
  /// Fills the provinces of a submission that names none (W17-07).
  std::function<Status(desk::SubmitRequest&)> provinces;
  /// May this address look something up, or send a form, now?
  std::function<bool(std::string_view remote)> may_look;
  std::function<bool(std::string_view remote)> may_send;
  std::chrono::seconds least_age{3};  ///< from opening a form to sending it
};

/// Adds all pages to the router; what they need lives as long as the router's routes.
/// kInvalid when a template or a text is broken.
Status add_public_site(http::Router& router, Services services);

}  // namespace tocsin::public_site
