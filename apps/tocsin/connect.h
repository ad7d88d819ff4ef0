// How a command reaches its hub: options, environment, or the file that `tocsin login` wrote.
#pragma once

#include <string>
#include <vector>

#include "cli.h"
#include "http/client.h"

namespace tocsin::cli {

/// `--hub` and `--token`, to be added to every command that asks a hub.
std::vector<Option> hub_options();
/// These options first, then those of every hub command.
std::vector<Option> with_hub(std::vector<Option> own);

/// A hub and who asks it. Order: options, TOCSIN_HUB and TOCSIN_TOKEN, the saved login,
/// http://127.0.0.1:7710.
class HubClient {
 public:
  static Result<HubClient> from(const Args& args);
  HubClient(std::string url, std::string token, std::string ca_file);

  Result<Json> get(const std::string& path) { return call(http::Method::kGet, path, {}); }
  Result<Json> post(const std::string& path, const Json& body) {
    return call(http::Method::kPost, path, body);
  }
  /// Any request; paths are completed with the hub's address and the token.
  Result<http::ClientResponse> raw(http::ClientRequest request);
  const std::string& url() const { return url_; }

 private:
  Result<Json> call(http::Method method, const std::string& path, const Json& body);
  static Error unreached(Error error);
  Error explained(Error error) const;

  std::string url_;
  std::string token_;
  std::unique_ptr<http::Client> client_;
};

/// Percent-encodes one path segment or query value.
std::string encoded(std::string_view text);

/// Where `tocsin login` keeps hub and token (mode 0600).
std::string login_file();

using Ask = std::function<Result<Json>(HubClient&, const Args&)>;
using Show = std::function<std::string(const Json&, Lang)>;

/// A command whose whole work is one exchange with the hub: options for the hub are added, `ask`
/// gives the document and `show` its text for people.
Command hub_command(std::vector<std::string> path, Text summary,
                    std::vector<Positional> positionals, std::vector<Option> options, Ask ask,
                    Show show);

/// A page of `--limit` items behind `--after` of a list that the hub searches piece by piece: short
/// pages are followed by the next. `path` ends within its query.
Result<Json> filled_page(HubClient& hub, const Args& args, const std::string& path);

/// A body of what the user gave: options with their members, each left out when it was not given.
Json body_of(const Args& args, const std::vector<std::pair<const char*, const char*>>& texts,
             const std::vector<std::pair<const char*, const char*>>& lists = {});

/// Prints the `items` of an answer to many values. Those that are no indicator go to standard
/// error, and into the exit code: whoever counts the answers must not take one of these for
/// "unknown".
int print_items(const Args& args, const Json& json, const Show& show);

/// Runs `ask` against the hub and prints what it gives, by `show` for people.
int with_answer(const Args& args, const std::function<Result<Json>(HubClient&)>& ask,
                const std::function<std::string(const Json&, Lang)>& show);

}  // namespace tocsin::cli
