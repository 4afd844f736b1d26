const ORIGIN = "http://own.invalid";

/**
 * A path of this server's own pages, as a browser reads it; undefined for everything that leads elsewhere (OWASP ASVS 10.4.1): other
 * origins in whatever spelling, and paths that are no pages.
 */
export function returnPath(text: string): string | undefined {
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text)) return undefined;
  const url = URL.parse(text, ORIGIN);
  if (url === null || url.origin !== ORIGIN || url.pathname.startsWith("//")) return undefined;
  if (/^\/(api|oauth|hooks|signin|metrics|assets)(\/|$)/i.test(url.pathname)) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
}
