import { MortiseError } from "@mortise/contract";

/** Where calls to an origin really go: undefined for those that go where they say. */
export type OtherOrigin = (url: URL) => URL | undefined;

/** Reads `RuntimeOptions.unsafeOrigins`. Throws `INVALID_VALUE` for an address that is no origin of http or https. */
export function otherOrigins(map: { readonly [origin: string]: string } | undefined): OtherOrigin {
  const entries = Object.entries(map ?? {});
  if (entries.length === 0) return () => undefined;
  warnOnce();
  const origins = new Map(entries.map(([from, to]) => [from === "*" ? from : originOf(from), originOf(to)]));
  return (url) => {
    const origin = origins.get(url.origin) ?? origins.get("*");
    return origin === undefined ? undefined : new URL(`${origin}${url.pathname}${url.search}`);
  };
}

let warned = false;

function warnOnce(): void {
  if (warned) return;
  warned = true;
  process.emitWarning("Calls go to other origins than they say, without TLS: a runtime was created with unsafeOrigins.", {
    code: "UNSAFE_ORIGINS",
  });
}

function originOf(text: string): string {
  const url = URL.parse(text);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && `${url.pathname}${url.search}${url.hash}` === "/";
  if (isOrigin && url.username === "" && url.password === "") return url.origin;
  throw new MortiseError("INVALID_VALUE", `unsafeOrigins: ${JSON.stringify(text)} is no origin.`, {
    remedy: "Write it like https://api.acme.example or http://127.0.0.1:4010.",
  });
}
