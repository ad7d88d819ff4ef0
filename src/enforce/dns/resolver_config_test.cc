#include "enforce/dns/resolver_config.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

ResolverOptions options() {
  ResolverOptions out;
  out.primary = *Endpoint::make("192.0.2.10", 53);
  out.zones = {"hot.tocsin", "base.tocsin"};
  out.persistent = {"base.tocsin"};
  out.listen = *Endpoint::make("192.0.2.21", 53);
  out.clients = {"192.0.2.0/24"};
  out.transfer_source = "192.0.2.21";
  out.identity = "r1";
  out.directory = "/var/lib/resolver";
  return out;
}

TEST(ResolverConfig, HotZoneGoesFirstAndOnlyTheBaseZoneIsKept) {
  const std::string unbound = *unbound_config(options(), "/run/unbound.ctl");
  EXPECT_LT(unbound.find("\"hot.tocsin.\""), unbound.find("\"base.tocsin.\""));
  EXPECT_NE(unbound.find("zonefile: \"/var/lib/resolver/base.tocsin.zone\""), std::string::npos);
  EXPECT_EQ(unbound.find("zonefile: \"/var/lib/resolver/hot"), std::string::npos);
  EXPECT_NE(unbound.find("respip validator iterator"), std::string::npos);
  EXPECT_NE(unbound.find("allow-notify: 192.0.2.10"), std::string::npos);
  const std::string named = *named_config(options(), std::nullopt);
  EXPECT_LT(named.find("zone \"hot.tocsin\" policy"), named.find("zone \"base.tocsin\" policy"));
  EXPECT_NE(named.find("min-update-interval 0"), std::string::npos);
}

TEST(ResolverConfig, NothingTypedLeavesItsQuotes) {
  for (const char* evil : {"a\"; include \"/etc/passwd", "a\nserver:", "a;b", "a}b", "a b"}) {
    ResolverOptions bad = options();
    bad.identity = evil;
    EXPECT_FALSE(unbound_config(bad, "/run/u.ctl")) << evil;
    EXPECT_FALSE(named_config(bad, std::nullopt)) << evil;
    bad = options();
    bad.directory = std::string("/") + evil;
    EXPECT_FALSE(named_config(bad, std::nullopt)) << evil;
    bad = options();
    bad.clients = {evil};
    EXPECT_FALSE(unbound_config(bad, "/run/u.ctl")) << evil;
  }
  ResolverOptions relative = options();
  relative.directory = "here";
  EXPECT_FALSE(unbound_config(relative, "/run/u.ctl"));
}

}  // namespace
}  // namespace tocsin::enforce::dns
