// The people and organisations of the told story, each with a fresh secret.
#pragma once

#include <map>
#include <string>

#include "connect.h"

namespace tocsin::story {

/// Everybody who acts, with a client that speaks for them.
struct Cast {
  std::map<std::string, cli::HubClient> people;
  std::map<std::string, std::string> tokens;  ///< login -> secret
  std::string password;                       ///< everybody's in the console, new with every story
  struct Part {
    std::string unit;   ///< code of the organisation
    std::string title;  ///< its name in the language of the story
    std::string role;
  };
  std::map<std::string, Part> parts;  ///< login -> what this person is in the story
  cli::HubClient& as(const std::string& login) { return people.at(login); }
};

/// Registers organisations, people, delegation, training and the operator's enforcement points.
Result<Cast> set_up(const std::string& hub, const std::string& admin_token,
                    std::uint16_t resolver_port, Lang lang);

}  // namespace tocsin::story
