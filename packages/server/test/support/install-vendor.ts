import { generateKeyPairSync } from "node:crypto";
import type { AuthScheme } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import { importSPKI, jwtVerify } from "jose";
import { acme, type Vendor } from "./oauth-vendor.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** The app that is registered at the vendor. */
export const INSTALLED_APP = { appId: "4711", privateKey } as const;

/** How an app is installed at Acme and gets its tokens there, as at GitHub. */
export const installation: AuthScheme = {
  kind: "appInstall",
  title: "Acme app",
  fields: {
    type: "object",
    properties: {
      appId: { type: "string", title: "App ID" },
      privateKey: { type: "string", title: "Private key", "x-secret": true, "x-widget": "textarea" },
    },
    required: ["appId", "privateKey"],
    additionalProperties: false,
  },
  installUrl: "{settings.baseUrl}/apps/mortise/installations/new",
  keep: [{ setting: "installationId", from: { redirect: "installation_id" } }],
  assertion: { alg: "RS256", claims: { iss: { $cel: "credential.appId" } }, lifetime: "5m" },
  exchange: {
    name: "token",
    method: "POST",
    url: "{settings.baseUrl}/app/installations/{settings.installationId}/access_tokens",
    headers: { authorization: { $text: "Bearer ${assertion}" } },
    keep: { token: { body: "/token" }, expiresAt: { body: "/expires_at" } },
  },
  test: { operation: "whoAmI" },
  label: { $text: "${output.sub}" },
};

/** A connector to a vendor where an app is installed. */
export function installable(auth: { readonly [id: string]: AuthScheme } = { app: installation }): Connector {
  const { contract, ...rest } = acme(auth);
  const { baseUrl } = contract.settings?.properties ?? {};
  const properties = {
    ...(baseUrl === undefined ? {} : { baseUrl }),
    installationId: { type: "string", title: "Installation", pattern: "^[0-9]{1,20}$" },
  } as const;
  return {
    ...rest,
    contract: { ...contract, settings: { type: "object", properties, required: ["baseUrl", "installationId"] } },
  };
}

/** What {@link scriptInstallations} knows. */
export interface InstallVendor {
  /** The account of each installation, by its id. */
  readonly accounts: Map<string, string>;
  /** Installation that the next person makes; undefined: an owner has to approve it first. */
  next: string | undefined;
  /** The setup address that is registered with the app. */
  setup: string;
  /** Tokens that it gave out, and JWTs that it got. */
  readonly secrets: string[];
  /** What was wrong with JWTs. */
  readonly refused: string[];
}

/** Makes a vendor where a person who is sent to it installs the app at once, and the app's JWT is verified by `jose`. */
export function scriptInstallations(vendor: Vendor): InstallVendor {
  const known: InstallVendor = {
    accounts: new Map([
      ["1001", "acme-labs"],
      ["1002", "other-labs"],
    ]),
    next: "1001",
    setup: "",
    secrets: [],
    refused: [],
  };
  const tokens = new Map<string, string>();
  vendor.script(async (request, response) => {
    const url = new URL(request.url ?? "/", vendor.origin);
    const bearer = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const say = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname === "/apps/mortise/installations/new")
      return response.writeHead(302, { location: installed(known, url.href) }).end();
    const [, id] = /^\/app\/installations\/([^/]*)\/access_tokens$/.exec(url.pathname) ?? [];
    if (id !== undefined) {
      try {
        await jwtVerify(bearer, await importSPKI(publicKey, "RS256"), { issuer: INSTALLED_APP.appId, maxTokenAge: "10m" });
      } catch (error) {
        known.refused.push(error instanceof Error ? error.message : String(error));
        return say(401, { message: `Bad credentials ${bearer}` });
      }
      known.secrets.push(bearer);
      if (!known.accounts.has(id)) return say(404, { message: "Not Found" });
      const token = `canary-installation-${tokens.size}-9d30`;
      known.secrets.push(token);
      tokens.set(token, id);
      return say(201, { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    }
    const account = tokens.get(bearer);
    if (account === undefined) return say(401, { message: "Bad credentials" });
    return say(200, { sub: known.accounts.get(account) });
  });
  return known;
}

/** The address that the vendor sends a person back to, who was at `installUrl`. */
export function installed(known: InstallVendor, installUrl: string): string {
  const back = new URL(known.setup);
  const state = new URL(installUrl).searchParams.get("state") ?? "";
  const said = new URLSearchParams({ setup_action: known.next === undefined ? "request" : "install", state });
  if (known.next !== undefined) said.set("installation_id", known.next);
  back.search = String(said);
  return back.href;
}
