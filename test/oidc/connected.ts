import type { PlainCredential } from "@mortise/auth";
import type { Contract, OAuth2Scheme } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type Connection, createRuntime, type Runtime, type RuntimeOptions } from "@mortise/runtime";
import { expect, onTestFinished } from "vitest";
import { at, contractOf } from "../vocabulary/vendor.ts";
import { Browser } from "./browser.ts";
import { REDIRECT, type StrictProvider } from "./strict-provider.ts";

/** One connection of one process. */
export interface Party {
  readonly runtime: Runtime;
  /** By this name the runtime finds the connection with what is stored of it. */
  readonly connection: string;
  /** What is stored, field by field; whoever shares it is another process on the same database. */
  readonly stored: { credential: PlainCredential };
  readonly states: string[];
  /** Calls the operation `whoAmI`. */
  readonly call: () => ReturnType<Runtime["call"]>;
  /** Has the tokens renewed, due or not. */
  readonly renew: () => Promise<unknown>;
}

export interface PartyParts {
  readonly provider: StrictProvider;
  readonly api: { readonly origin: string };
  readonly scheme: Partial<OAuth2Scheme> & Pick<OAuth2Scheme, "grant">;
  readonly credential?: PlainCredential;
  readonly stored?: { credential: PlainCredential };
  readonly options?: Partial<RuntimeOptions>;
}

/** A contract as plain JSON with one scheme of the provider, a runtime for it, and a connection that is stored. */
export function party({ provider, api, scheme, credential = {}, stored = { credential }, options = {} }: PartyParts): Party {
  const contract: Contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me?x=1") } } },
    {
      auth: {
        login: {
          kind: "oauth2",
          issuer: provider.issuer,
          test: { operation: "whoAmI" },
          ...scheme,
        } as OAuth2Scheme,
      },
    },
  );
  expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  const states: string[] = [];
  const connection = (): Connection => ({
    name: "main",
    connector: "vendor",
    settings: { baseUrl: api.origin },
    credential: stored.credential,
  });
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    egress: { allow: [provider.issuer, provider.tlsOrigin, api.origin] },
    connections: async () => connection(),
    credentialStore: {
      save: async (_connection, _tenant, fields) => {
        stored.credential = fields;
      },
    },
    onConnectionHealth: ({ to }) => states.push(to),
    ...options,
  });
  onTestFinished(() => runtime.close());
  return {
    runtime,
    connection: "main",
    stored,
    states,
    call: () => runtime.call("vendor/whoAmI", { connection: "main", input: {} }),
    renew: () => runtime.keepAlive({ connection: "main", isDue: () => true }),
  };
}

/** A person signs in and says yes; the credential that comes of it is stored. */
export async function signIn({ runtime, stored }: Party, scopes: readonly string[] = []): Promise<URL> {
  const start = await runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT, scopes });
  const { url } = await new Browser(REDIRECT).visit(start.url.href);
  const { state, codeVerifier } = start;
  stored.credential = await runtime.finishAuthorization({
    connection: "main",
    redirectUri: REDIRECT,
    callbackUrl: url,
    state,
    codeVerifier,
    scopes: start.scopes,
  });
  return start.url;
}
