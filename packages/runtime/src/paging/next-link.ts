/** The target of `rel="next"` in a Link header (RFC 8288 §3). */
export function nextLink(header: string): string | undefined {
  for (const match of header.matchAll(/<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(match[2] ?? "")) return match[1];
  }
  return undefined;
}
