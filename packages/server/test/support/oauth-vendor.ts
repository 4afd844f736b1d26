import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AuthCommon, AuthScheme, OAuth2Scheme, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import Provider from "oidc-provider";

/** The app that is registered at the provider. */
export const APP = { clientId: "mortise-app", clientSecret: "secret-of-the-app-5f1c" } as const;

/** A provider on loopback whose routes are decided once the address of the server under test is known. */
export interface Vendor {
  readonly origin: string;
  /** Becomes a certified OpenID provider: proof keys are required, refresh tokens can be used once. */
  openId(redirectUri: string): void;
  /** Becomes whatever this answers. */
  script(answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Starts one. */
export async function startVendor(): Promise<Vendor> {
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.writeHead(503).end();
  const server: Server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    openId: (redirectUri) => {
      answer = openIdProvider(origin, redirectUri).callback();
    },
    script: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function openIdProvider(origin: string, redirectUri: string): Provider {
  return new Provider(origin, {
    clients: [
      {
        client_id: APP.clientId,
        client_secret: APP.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        scope: "openid offline_access profile email",
      },
    ],
    scopes: ["openid", "offline_access", "profile", "email"],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of Acme`, email: `${id}@acme.example` }),
    }),
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Grant: 3600,
      IdToken: 60,
      Interaction: 60,
      RefreshToken: 3600,
      Session: 3600,
    },
  });
}

const read: Operation = {
  title: "Read contacts",
  effect: "read",
  idempotency: "natural",
  scopes: ["profile"],
  input: { type: "object" },
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
};

/** How a person signs in for Acme; `parts` differ. */
export function acmeLogin(parts: Partial<OAuth2Scheme & AuthCommon> = {}): AuthScheme {
  return {
    kind: "oauth2",
    title: "Acme account",
    grant: "authorization_code",
    authorizeUrl: "{settings.baseUrl}/auth",
    tokenUrl: "{settings.baseUrl}/token",
    scopes: { profile: "See your name and your contacts", email: "See your e-mail address" },
    requiredScopes: ["openid", "offline_access"],
    authorizeParams: { prompt: "consent" },
    rotation: "single_use",
    test: { operation: "whoAmI" },
    label: { $text: "${output.sub}" },
    ...parts,
  };
}

/** A connector to a vendor where people sign in. */
export function acme(auth: { readonly [id: string]: AuthScheme } = { login: acmeLogin() }): Connector {
  const operations: { readonly [name: string]: Operation } = {
    whoAmI: { ...read, title: "Who am I", scopes: [], request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } } },
    listContacts: { ...read, request: { method: "GET", url: { $text: "${settings.baseUrl}/contacts" } } },
    sendMail: {
      ...read,
      title: "Send mail",
      effect: "send",
      idempotency: "none",
      scopes: ["email"],
      request: { method: "POST", url: { $text: "${settings.baseUrl}/mail" } },
    },
  };
  return {
    natives: {},
    contract: {
      format: "mortise.contract/1",
      name: "acme-crm",
      version: "1.2.0",
      title: "Acme CRM",
      publisher: "Acme Inc.",
      privacy: "https://acme.example/privacy",
      settings: {
        type: "object",
        properties: { baseUrl: { type: "string", title: "Address", pattern: "^http://127\\.0\\.0\\.1:\\d+$" } },
        required: ["baseUrl"],
      },
      hosts: ["{settings.baseUrl}"],
      auth,
      budgets: {},
      operations,
    },
  };
}
