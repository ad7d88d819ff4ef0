// Words for writing JSON Schemas of answers that no type of the model describes.
#pragma once

#include <initializer_list>

#include "base/json.h"
#include "base/text.h"
#include "model/fields.h"

namespace tocsin::hub::shape {

inline Json typed(const char* type) { return Json::object({{"type", type}}); }
inline Json text() { return typed("string"); }
inline Json number() { return typed("integer"); }
inline Json flag() { return typed("boolean"); }
inline Json time() { return text().set("format", "date-time"); }
/// A text in both languages.
inline Json bilingual() { return model::schema_of<Text>(); }
inline Json list(Json item) {
  return Json::object({{"type", "array"}, {"items", std::move(item)}});
}
inline Json texts() { return list(text()); }
inline Json object(Json properties) {
  return Json::object({{"type", "object"}, {"properties", std::move(properties)}});
}
/// Any names, each with such a value.
inline Json by_name(Json value) {
  return Json::object({{"type", "object"}, {"additionalProperties", std::move(value)}});
}
inline Json or_null(Json schema) {
  Json types = Json::array({schema["type"], Json("null")});
  return schema.set("type", std::move(types));
}
/// Properties that are all texts.
inline Json each_text(std::initializer_list<const char*> names) {
  Json out = Json::object();
  for (const char* one : names) out.set(one, text());
  return out;
}
/// Properties that are all whole numbers.
inline Json each_number(std::initializer_list<const char*> names) {
  Json out = Json::object();
  for (const char* one : names) out.set(one, number());
  return out;
}
/// An object with these members more.
inline Json extended(Json schema, const Json& more) {
  Json properties = schema["properties"];
  for (const auto& [key, value] : more.members()) properties.set(key, value);
  return schema.set("properties", std::move(properties));
}

}  // namespace tocsin::hub::shape
