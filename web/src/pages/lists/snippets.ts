// What is written into clients of the list; TOKEN is replaced by whoever has it, never by us.

export function tokenCommand(code: string): string {
  return `tocsin token issue --label ${code} --scope list --point ${code}`;
}

export function configCommand(code: string): string {
  return `tocsin point config ${code} --resolver unbound > tocsin-${code}.conf`;
}

export function clientSnippet(kind: "decisions" | "text-list", origin: string): string {
  if (kind === "decisions") {
    return [
      "# /etc/crowdsec/bouncers/crowdsec-custom-bouncer.yaml",
      `api_url: ${origin}/`,
      "api_key: TOKEN",
      "update_frequency: 10s",
    ].join("\n");
  }
  return [
    "# every minute; asks only for what changed",
    "curl --fail --silent --show-error \\",
    "  --header 'Authorization: Bearer TOKEN' \\",
    "  --etag-compare list.etag --etag-save list.etag \\",
    `  --output list.txt ${origin}/api/v1/list.txt`,
  ].join("\n");
}
