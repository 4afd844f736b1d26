/**
 * A URL without some parameters of its query, the others as they are written. Links to a next page may repeat what an earlier request was signed
 * with; a request that is signed anew holds nothing of that.
 */
export function withoutParams(url: URL, isLeftOut: (name: string) => boolean): URL {
  const parts = url.search.slice(1).split("&");
  const kept = parts.filter((part) => part !== "" && ![...new URLSearchParams(part).keys()].some(isLeftOut));
  if (kept.length === parts.length) return url;
  const bare = new URL(url);
  bare.search = kept.join("&");
  return bare;
}
