#include "base/random.h"

#include <sys/random.h>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace tocsin {

void random_bytes(std::span<unsigned char> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = getrandom(out.data() + done, out.size() - done, 0);
    ASSERT(n > 0);
    done += static_cast<std::size_t>(n);
  }
}

std::string random_secret(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  random_bytes(raw);
  return base64url({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

}  // namespace tocsin
