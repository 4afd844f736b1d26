import { createHash } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from "jose";
import { onTestFinished } from "vitest";
import { testAuthority } from "../world/certificates.ts";
import { certificateOf, type StrictProvider, thumbprintOf } from "./strict-provider.ts";

/** An API that takes the provider's tokens, and what it saw. */
export interface ResourceServer {
  readonly origin: string;
  /** PEM: who signed its certificate. Empty without TLS. */
  readonly ca: string;
  /** One entry a request: what it was refused for, or `ok`. */
  readonly verdicts: string[];
  /** Tokens that came. */
  readonly tokens: string[];
}

/**
 * An API that takes only tokens that are bound as `bound` says, and only from whom they are bound to; with `dpop` each proof must hold a
 * nonce of this server, which gives another one with every answer and takes the last few.
 */
export async function resourceServer(
  { provider }: StrictProvider,
  bound: "bearer" | "dpop" | "certificate" = "bearer",
): Promise<ResourceServer> {
  const authority = await testAuthority("Authority of the API");
  const isTls = bound === "certificate";
  const verdicts: string[] = [];
  const tokens: string[] = [];
  const server: Server = isTls
    ? (createTlsServer({
        ...(await authority.server("127.0.0.1")),
        requestCert: true,
        rejectUnauthorized: false,
      }) as unknown as Server)
    : createServer();
  const nonces: string[] = [];
  server.on("request", async (request, response) => {
    const url = `${isTls ? "https" : "http"}://${request.headers.host}${request.url}`;
    const [type = "", token = ""] = (request.headers.authorization ?? "").split(" ");
    tokens.push(token);
    const verdict = await judge(request, { type, token, url, nonces: nonces.slice(-5) });
    verdicts.push(verdict);
    const nonce = `nonce-${verdicts.length}`;
    nonces.push(nonce);
    const challenge = { "www-authenticate": `DPoP error="${verdict}"` };
    const refused = { ...(verdict === "use_dpop_nonce" ? challenge : { "www-authenticate": "Bearer" }) };
    response.writeHead(verdict === "ok" ? 200 : 401, {
      "content-type": "application/json",
      ...(bound === "dpop" ? { "dpop-nonce": nonce } : {}),
      ...(verdict === "ok" ? {} : refused),
    });
    response.end(JSON.stringify({ verdict }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `${isTls ? "https" : "http"}://127.0.0.1:${port}`, ca: isTls ? authority.ca : "", verdicts, tokens };

  async function judge(request: IncomingMessage, came: Came): Promise<string> {
    const found = (await provider.AccessToken.find(came.token)) ?? (await provider.ClientCredentials.find(came.token));
    if (found?.isValid !== true) return "unknown_token";
    const said = found as { readonly jkt?: string; readonly "x5t#S256"?: string };
    if (bound === "bearer") return came.type === "Bearer" && !found.isSenderConstrained() ? "ok" : "bound_token";
    if (bound === "certificate")
      return said["x5t#S256"] !== undefined && said["x5t#S256"] === thumbprintOf(certificateOf(request.socket))
        ? "ok"
        : "other_certificate";
    if (came.type !== "DPoP") return "no_dpop";
    return proofVerdict(request, came, said.jkt);
  }
}

interface Came {
  readonly type: string;
  readonly token: string;
  readonly url: string;
  readonly nonces: readonly string[];
}

const used = new Set<string>();

/** RFC 9449 §4.3, §7.1. */
async function proofVerdict({ headers, method }: IncomingMessage, { token, url, nonces }: Came, jkt: string | undefined) {
  const { payload, protectedHeader } = await jwtVerify(String(headers.dpop), EmbeddedJWK, {
    typ: "dpop+jwt",
    algorithms: ["ES256"],
  });
  const { jwk } = protectedHeader;
  if (jwk === undefined || jkt === undefined || (await calculateJwkThumbprint(jwk)) !== jkt) return "other_key";
  if ("d" in jwk) return "private_key_in_proof";
  if (payload.htm !== method || payload.htu !== url.split("?")[0]) return "other_request";
  if (payload.ath !== createHash("sha256").update(token).digest("base64url")) return "other_token";
  if (payload.jti === undefined || used.has(payload.jti)) return "used_proof";
  used.add(payload.jti);
  return nonces.includes(String(payload.nonce)) ? "ok" : "use_dpop_nonce";
}
