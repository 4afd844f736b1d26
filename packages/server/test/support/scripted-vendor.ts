import type { IncomingMessage } from "node:http";
import type { Vendor } from "./oauth-vendor.ts";

/** What a scripted vendor does next; all can be changed while it runs. */
export interface VendorScript {
  /** `error` of the token endpoint (RFC 6749 §5.2, RFC 8628 §3.5); undefined: it gives tokens. */
  tokenError: string | undefined;
  /** Life of a device code, s. */
  codeLifeS: number;
  /** Status of the API and of the revocation endpoint. */
  apiStatus: number;
  revokeStatus: number;
  /** Whose account it is. */
  sub: string;
}

/** One request that it saw. */
export interface SeenRequest {
  readonly path: string;
  readonly authorization: string;
  readonly form: { readonly [name: string]: string };
}

/** Secrets that it gives out; `n` counts. */
export const TOKENS = {
  access: (n: number) => `canary-access-${n}-6e2f9b`,
  refresh: (n: number) => `canary-refresh-${n}-6e2f9b`,
  device: "canary-device-code-6e2f9b",
  code: "canary-authorization-code-6e2f9b",
} as const;

/** Makes a vendor answer as the script says. An API that refuses says back what it was sent, as careless ones do. */
export function scriptVendor(vendor: Vendor): { readonly script: VendorScript; readonly seen: SeenRequest[] } {
  const script: VendorScript = { tokenError: undefined, codeLifeS: 600, apiStatus: 200, revokeStatus: 200, sub: "ada" };
  const seen: SeenRequest[] = [];
  let given = 0;
  /** Status and body of an answer; a text is an address to go to. */
  const answer = (request: IncomingMessage, body: string): readonly [number, object] | string => {
    const { pathname, searchParams } = new URL(request.url ?? "/", vendor.origin);
    const authorization = request.headers.authorization ?? "";
    seen.push({ path: pathname, authorization, form: Object.fromEntries(new URLSearchParams(body)) });
    switch (pathname) {
      case "/auth": {
        const back = new URL(searchParams.get("redirect_uri") ?? "");
        const state = ["state", "ticket"].flatMap((name) =>
          searchParams.has(name) ? [[name, searchParams.get(name) ?? ""]] : [],
        );
        back.search = String(new URLSearchParams([["code", TOKENS.code], ...state]));
        return back.href;
      }
      case "/device/auth": {
        const place = {
          verification_uri: `${vendor.origin}/device`,
          verification_uri_complete: `${vendor.origin}/device?user_code=WDJB-MJHT`,
        };
        return [200, { device_code: TOKENS.device, user_code: "WDJB-MJHT", ...place, expires_in: script.codeLifeS, interval: 1 }];
      }
      case "/token": {
        if (script.tokenError !== undefined) return [400, { error: script.tokenError }];
        given += 1;
        const tokens = { access_token: TOKENS.access(given), refresh_token: TOKENS.refresh(given) };
        return [200, { ...tokens, token_type: "Bearer", expires_in: 3600 }];
      }
      case "/revoke":
        return [script.revokeStatus, {}];
      default:
        return [script.apiStatus, script.apiStatus < 400 ? { sub: script.sub } : { message: `no access for ${authorization}` }];
    }
  };
  vendor.script(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const given = answer(request, body);
    if (typeof given === "string") response.writeHead(302, { location: given }).end();
    else response.writeHead(given[0], { "content-type": "application/json" }).end(JSON.stringify(given[1]));
  });
  return { script, seen };
}
