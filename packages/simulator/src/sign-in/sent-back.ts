import type { SimulatedAnswer } from "../simulated-answer.ts";

/** Sends a browser back at once; without an address, shows what it would bring. */
export function sentBack(
  redirectUri: string | undefined,
  back: readonly (readonly [string, string])[],
  isFragment = false,
): SimulatedAnswer {
  const url = redirectUri === undefined ? null : URL.parse(redirectUri);
  if (url === null) return { status: 200, headers: {}, body: Object.fromEntries(back) };
  if (isFragment) url.hash = new URLSearchParams(back.map(([name, value]) => [name, value])).toString();
  else for (const [name, value] of back) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, "cache-control": "no-store" } };
}
