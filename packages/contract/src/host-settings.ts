/**
 * The settings that decide by themselves which host an address with `{settings.x}` holes is at: those in its authority (RFC 3986 §3.2). A hole
 * with a domain of at least two labels behind it (`https://{settings.shop}.acme.example`) decides nothing.
 */
export function hostSettings(template: string): readonly string[] {
  const authority = template.startsWith("{")
    ? (/^\{[^}]*\}/.exec(template)?.[0] ?? "")
    : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(template)?.[1] ?? template);
  if (/\}\.[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?(?::\d+)?$/i.test(authority)) return [];
  return [...authority.matchAll(/\{settings\.([A-Za-z0-9_]+)\}/g)].map(([, name = ""]) => name);
}
