// IODEF 2 (RFC 7970): each indicator of a source as an Indicator of one Incident; what phishes as a
// report of RFC 5901.
#include "base/xml.h"
#include "intake/classification.h"
#include "intake/iodef_words.h"
#include "intake/write/forms.h"

namespace tocsin::intake::write {
namespace {

using K = model::IndicatorKind;

std::string element(std::string_view name, std::string_view text,
                    std::string_view attributes = {}) {
  std::string out = "<" + std::string(name);
  if (!attributes.empty()) out += " " + std::string(attributes);
  return out + ">" + xml_text(text) + "</" + std::string(name) + ">";
}

std::string attribute(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + xml_text(value) + "\"";
}

std::string own(std::string_view dtype, std::string_view meaning, std::string_view text) {
  return element("AdditionalData", text,
                 attribute("dtype", dtype) + " " + attribute("meaning", meaning) + " " +
                     attribute("formatid", iodef::kOwn));
}

std::string address(std::string_view category, std::string_view text) {
  return element("Address", text, attribute("category", category));
}

std::string domain(std::string_view value) {
  return "<DomainData system-status=\"unknown\" domain-status=\"unknown\">" +
         element("Name", value) + "</DomainData>";
}

std::string endpoint(const std::string& value) {
  const auto parts = split_endpoint(value);
  if (!parts) return {};
  std::string node = parts->name ? domain(parts->host)
                                 : address(parts->v6 ? "ipv6-addr" : "ipv4-addr", parts->host);
  return "<System category=\"source\"><Node>" + node + "</Node><Service>" +
         element("Port", std::to_string(parts->port)) + "</Service></System>";
}

/// A digest in base 64, as XML signatures write it.
std::string file(const model::Indicator& i) {
  const auto bytes = unhex(i.value);
  if (!bytes) return {};
  return "<FileData><File><HashData scope=\"file-contents\"><Hash><ds:DigestMethod " +
         attribute("Algorithm", iodef::word_for(iodef::kDigests, i.kind)) + "/>" +
         element("ds:DigestValue", base64(*bytes)) + "</Hash></HashData></File></FileData>";
}

/// The site of a phishing report; empty where RFC 5901 has no word for the kind.
std::string phishing_site(const model::Indicator& i) {
  std::string_view tag;
  if (i.kind == K::kUrl) tag = "SiteURL";
  if (i.kind == K::kDomain) tag = "Domain";
  if (i.kind == K::kEmail) tag = "EmailSite";
  if (tag.empty()) return {};
  return "<phish:DCSite DCType=\"" + std::string(i.kind == K::kEmail ? "email" : "web") + "\">" +
         element("phish:" + std::string(tag), i.value) + "</phish:DCSite>";
}

std::string phishing_report(const std::string& site, std::string_view family) {
  std::string out =
      "<EventData><AdditionalData dtype=\"xml\"><phish:PhraudReport Version=\"1.0\" "
      "FraudType=\"phishing\">";
  if (!family.empty()) out += element("phish:PhishNameRef", family);
  return out + site + "</phish:PhraudReport></AdditionalData></EventData>";
}

std::string observable(const model::Indicator& i) {
  switch (i.kind) {
    case K::kIpv4:
    case K::kIpv6:
    case K::kIpv4Prefix:
    case K::kIpv6Prefix:
    case K::kUrl:
    case K::kEmail:
      return address(iodef::word_for(iodef::kCategories, i.kind), i.value);
    case K::kEndpoint:
      return endpoint(i.value);
    case K::kDomain:
      return domain(i.value);
    case K::kMd5:
    case K::kSha1:
    case K::kSha256:
      return file(i);
    default:
      break;
  }
  return own("string", model::name(i.kind), i.value);
}

std::string restriction(Tlp tlp) {
  if (tlp == Tlp::kUnset) return {};
  if (tlp == Tlp::kAmberStrict) {
    return " restriction=\"ext-value\" " + attribute("ext-restriction", name(tlp));
  }
  return " " + attribute("restriction", iodef::word_for(iodef::kRestrictions, tlp));
}

}  // namespace

std::string iodef_head(std::string_view source, Instant made) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IODEF-Document version=\"2.00\" "
         "xml:lang=\"en\" xmlns=\"" +
         std::string(iodef::kSpace2) + "\" xmlns:ds=\"" + std::string(iodef::kSignature) +
         "\" xmlns:phish=\"" + std::string(iodef::kPhish) + "\">\n<Incident purpose=\"watch\">" +
         element("IncidentID", source, attribute("name", iodef::kOwn)) +
         element("GenerationTime", to_utc(made)) +
         "<Contact type=\"organization\" role=\"creator\">" + element("ContactName", "Tocsin") +
         "</Contact>\n<IndicatorData>\n";
}

std::string iodef_indicator(const Item& item, std::string_view source) {
  std::string out = "<Indicator" + restriction(item.tlp) + ">" +
                    element("IndicatorID", item_uuid(item, source),
                            attribute("name", iodef::kOwn) + " version=\"1\"");
  if (!item.description.empty()) out += element("Description", item.description);
  if (item.first_seen) out += element("StartTime", to_utc(item.first_seen));
  if (item.valid_until) out += element("EndTime", to_utc(item.valid_until));
  out += element("Confidence", std::to_string(item.confidence), "rating=\"numeric\"");
  const std::string label = label_of(item);
  const Classification* row = by_label(label);
  const bool phishes = row != nullptr && row->label() == "phishing" &&
                       label == event_label("phishing", family_of(label));
  const std::string site = phishes ? phishing_site(item.indicator) : std::string();
  out += "<Observable>" +
         (site.empty() ? observable(item.indicator) : phishing_report(site, family_of(label))) +
         "</Observable>";
  if (site.empty() && !label.empty()) out += own("string", "label", label);
  if (item.last_seen) out += own("date-time", "last-seen", to_utc(item.last_seen));
  if (!item.actionable) out += own("boolean", "actionable", "false");
  return out + "</Indicator>\n";
}

}  // namespace tocsin::intake::write
