#include <cstdint>
#include <string_view>

#include "match/canonical.h"
#include "match/warning_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const auto list = match::WarningList::parse({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!list) return 0;
  for (const std::string_view text : {"evil.example", "*.example.com", "192.0.2.1", "8.8.0.0/16",
                                      "2001:db8::/32", "http://evil.example/a", "a@evil.example"}) {
    if (const auto indicator = match::canonical(text)) (void)list->find(*indicator);
  }
  (void)list->find_host("evil.example");
  std::size_t read = 0;
  std::size_t after = 0;
  do {
    const auto page = list->book().after(after, "", 3);
    read += page.items.size();
    after = page.next;
  } while (after != 0);
  if (read != list->entries()) __builtin_trap();
  return 0;
}
