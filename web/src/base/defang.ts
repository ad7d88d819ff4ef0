// Indicators are shown and copied so that nothing makes a link of them and nobody opens them by
// mistake; the original spelling is one click away.

/** As it is, or taken apart already. */
const SCHEME = /^h(?:tt|xx)(ps?)(?:\[:\/\/\]|\[:\]\/\/|:\/\/)/i;

/**
 * `hxxps[://]evil[.]example/a.b`: scheme, first separator, dots of the host and the at sign. What was
 * written so already stays so.
 */
export function defang(value: string): string {
  const scheme = SCHEME.exec(value);
  const rest = scheme ? value.slice(scheme[0].length) : value;
  const path = rest.search(/[/?#]/);
  const host = path < 0 ? rest : rest.slice(0, path);
  const safe = host.replace(/\[\.\]|\./g, "[.]").replace(/\[@\]|@/g, "[@]");
  const head = scheme ? `hxx${scheme[1]?.toLowerCase()}[://]` : "";
  // Colons of an IPv6 address stay: without brackets no reader makes a link of it.
  return head + safe + (path < 0 ? "" : rest.slice(path));
}

/** Kinds that somebody could open by mistake. */
const OPENABLE = new Set([
  "domain",
  "wildcard-domain",
  "url",
  "host-path",
  "email",
  "ipv4",
  "ipv4-prefix",
  "endpoint",
  "ipv6",
  "ipv6-prefix",
]);

export function shown(kind: string, value: string): string {
  return OPENABLE.has(kind) ? defang(value) : value;
}

const ADDRESS = /\bhttps?:\/\/\S+/gi;

/** Words of people: addresses among them are defanged, the rest stays. */
export function safeWords(text: string): string {
  return text.replace(ADDRESS, defang);
}
