// What the routes of the list share: whose list, its tag, and what a pull acknowledges.
#pragma once

#include <cstdint>
#include <string>

#include "desk/registry.h"
#include "http/http.h"

namespace tocsin::hub {

struct App;

/// The organisation whose list is asked for: one's own, or any for those who oversee.
Result<std::string> list_owner(App& app, const http::Request& request);

/// A point that asks again for what came after a version has that version.
void acknowledge_pull(App& app, const http::Request& request, std::uint64_t version);

/// Those who oversee points see all of them, the others those of their own unit.
bool sees_all_points(const desk::Actor& by);

/// Entity tag of a version of a list.
std::string etag_of(std::uint64_t version);

}  // namespace tocsin::hub
