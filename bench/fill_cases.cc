// Puts many cases into the data folder of a hub that does not run, so that its pages can be
// measured over them: bench/console_bench.py. Usage: fill_cases DATABASE CASES OPEN_OF
#include "case_rows.h"
#include "machine.h"
#include "store/sqlite/sqlite_store.h"

int main(int argc, char** argv) {
  using namespace tocsin;
  using namespace tocsin::bench;
  if (wants_usage(argc, argv, "DATABASE CASES OPEN_OF") || argc != 4) return 2;
  const std::int64_t cases = to_int(argv[2]).value_or(0);
  const std::int64_t open_of = to_int(argv[3]).value_or(0);
  if (cases < 1 || open_of < 1) return 2;
  const SystemClock clock;
  const auto store = must(store::open_sqlite(argv[1], clock), "store");
  fill(*store, cases, open_of);
  return 0;
}
