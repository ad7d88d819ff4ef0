#include "public_site/renderer.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>

#include "embed/embedded_site.h"

namespace tocsin::public_site {
namespace {

constexpr auto kStrip = ctemplate::DO_NOT_STRIP;

ctemplate::TemplateString view(std::string_view text) { return {text.data(), text.size()}; }

/// Nesting follows the templates, which are ours; values never decide how deep it goes.
void fill(ctemplate::TemplateDictionary& out, const Json& values) {
  for (const auto& [key, value] : values.members()) {
    if (value.is_string()) {
      out.SetValue(view(key), view(value.as_string()));
    } else if (value.is_int()) {
      out.SetIntValue(view(key), value.as_int());
    } else if (value.as_bool()) {
      out.ShowSection(view(key));
    } else if (value.is_object()) {
      fill(*out.AddSectionDictionary(view(key)), value);
    }
    for (const auto& item : value.items()) fill(*out.AddSectionDictionary(view(key)), item);
  }
}

}  // namespace

struct Renderer::Templates {
  ctemplate::TemplateCache cache;
};

Renderer::Renderer(Catalogue catalogue, std::unique_ptr<Templates> templates)
    : catalogue_(std::move(catalogue)), templates_(std::move(templates)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;

Result<Renderer> Renderer::make(Catalogue catalogue) {
  auto templates = std::make_unique<Templates>();
  const std::string head(site_file("head.html"));
  const std::string foot(site_file("foot.html"));
  for (const auto& file : embedded_site()) {
    if (!file.path.ends_with(".html") || file.path == "head.html" || file.path == "foot.html") {
      continue;
    }
    // As one text, so that the escaping knows at each place what stands before it.
    const std::string whole = head + std::string(file.bytes) + foot;
    if (!templates->cache.StringToTemplateCache(view(file.path), view(whole), kStrip)) {
      return fail(Code::kInvalid, "this template is broken", std::string(file.path));
    }
  }
  templates->cache.Freeze();
  return Renderer(std::move(catalogue), std::move(templates));
}

std::string Renderer::page(std::string_view name, Lang lang, const Json& values) const {
  ctemplate::TemplateDictionary dictionary("page");
  for (const auto& [key, text] : catalogue_.all()) {
    dictionary.SetValue(view("t_" + key), view(text.in(lang)));
  }
  fill(dictionary, values);
  std::string out;
  ctemplate::StringEmitter emitter(&out);
  ASSERT(templates_->cache.ExpandNoLoad(view(std::string(name) + ".html"), kStrip, &dictionary,
                                        nullptr, &emitter));
  return out;
}

}  // namespace tocsin::public_site
