#include "intake/zip_file.h"

#include <zip.h>

namespace tocsin::intake {
namespace {

constexpr zip_int64_t kMaxEntries = 10'000;
constexpr std::size_t kPiece = 64U << 10;

tl::unexpected<Error> broken(std::string what, std::string what_zh) {
  return fail_bi(Code::kCorrupt, std::move(what), std::move(what_zh), "", "bad-zip");
}

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

struct ZipFile::State {
  std::unique_ptr<zip_t, Discard> archive;
  DecodeLimits limits;
  std::uint64_t input = 0;
  std::uint64_t output = 0;
};

ZipFile::ZipFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipFile::~ZipFile() = default;
ZipFile::ZipFile(ZipFile&&) noexcept = default;

Result<ZipFile> ZipFile::open(std::string_view bytes, DecodeLimits limits) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  auto state = std::make_unique<State>();
  if (source != nullptr) state->archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (!state->archive) {
    if (source != nullptr) zip_source_free(source);
    return broken("Not a ZIP archive: " + why, "不是ZIP文件");
  }
  if (zip_get_num_entries(state->archive.get(), 0) > kMaxEntries) {
    return broken("The archive has more than 10,000 entries", "压缩包条目超过10000个");
  }
  state->limits = limits;
  state->input = bytes.size();
  return ZipFile(std::move(state));
}

bool ZipFile::has(const std::string& name) const {
  return zip_name_locate(state_->archive.get(), name.c_str(), 0) >= 0;
}

Status ZipFile::read(const std::string& name, const std::function<Status(std::string_view)>& use) {
  State& s = *state_;
  const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen(s.archive.get(), name.c_str(), 0));
  if (!file) return broken("The archive has no readable " + name, "压缩包中没有可读的 " + name);
  std::string piece(kPiece, '\0');
  for (;;) {
    const zip_int64_t n = zip_fread(file.get(), piece.data(), piece.size());
    if (n < 0) return broken(name + " is broken", name + " 已损坏");
    if (n == 0) return {};
    s.output += static_cast<std::uint64_t>(n);
    if (s.output > s.limits.max_output_bytes ||
        (s.output > s.limits.ratio_floor_bytes && s.output / (s.input + 1) > s.limits.max_ratio)) {
      return fail_bi(Code::kTooLarge, name + " unpacks to more than the limit allows",
                     name + " 解压后超过上限", "", "expansion-limit");
    }
    TRY_STATUS(use(std::string_view(piece).substr(0, static_cast<std::size_t>(n))));
  }
}

}  // namespace tocsin::intake
