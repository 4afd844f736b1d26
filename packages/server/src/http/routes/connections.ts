import { isDeepStrictEqual } from "node:util";
import { type ConnectionHealth, credentialFields, credentialProblems, missingSettings, wrapCredential } from "@mortise/auth";
import { type AuthScheme, type Contract, type Diagnostic, type JsonObject, keptSettings, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { bringsClient, mayOwnClient } from "../../connect/client-fields.ts";
import { type ConnectionUse, connectionUses } from "../../connect/connection-uses.ts";
import { endAtVendor } from "../../connect/end-at-vendor.ts";
import { healthView } from "../../connect/health-view.ts";
import { noteFinding, noteTest } from "../../connect/note-test.ts";
import { type PersonScheme, personScheme } from "../../connect/person-scheme.ts";
import { changedSteering, sameDestination } from "../../connect/same-destination.ts";
import { secretSettings, shownSettings } from "../../connect/secret-settings.ts";
import type { Host } from "../../host/open-host.ts";
import type { ConnectionAccount } from "../../store/connection-accounts.ts";
import type { StoredConnection } from "../../store/connection-store.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

interface Draft {
  readonly connector: string;
  readonly settings?: JsonObject;
  readonly auth?: string;
  readonly credential?: { readonly [field: string]: string };
}

const draftSchema = {
  type: "object",
  required: ["connector"],
  additionalProperties: false,
  properties: {
    connector: { type: "string", maxLength: 200 },
    settings: { type: "object" },
    auth: { type: "string", maxLength: 200 },
    credential: { type: "object", additionalProperties: { type: "string", maxLength: 100_000 } },
  },
} as const;

const nameSchema = {
  type: "object",
  properties: { name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" } },
} as const;

/** Connections: settings can be read, credentials only written. Where a person signs in, `connect.ts` has the routes. */
export const connectionRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const { connections, accounts: accountStore } = host.store;

  app.get("/api/v1/connections", { config }, async () => {
    const [list, uses, accounts, healths] = await Promise.all([
      connections.list(),
      connectionUses(host),
      accountStore.list(),
      host.care.health.all(),
    ]);
    const standings = await host.lifecycle.standings(list);
    return {
      connections: list.map((connection) => {
        const { name } = connection;
        return {
          ...view(host, connection, { account: accounts.get(name), use: uses.get(name), health: healths.get(name) }),
          standing: standings.get(name) ?? {},
        };
      }),
    };
  });

  app.put<{ Params: { name: string }; Body: Draft }>(
    "/api/v1/connections/:name",
    { config, schema: { params: nameSchema, body: draftSchema } },
    async ({ params, body }, reply) => {
      const found = host.registry.get(body.connector);
      if (!found)
        throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${body.connector}" is installed.`, { path: "/connector" });
      const settings = body.settings ?? {};
      const wrong = [...settingsFaults(found.contract, body), ...secretSettings(found.contract, settings)];
      if (wrong.length > 0) {
        const diagnostics = wrong.map((diagnostic) => ({ ...diagnostic, path: `/settings${diagnostic.path}` }));
        return sendProblem(reply, problem("INVALID_VALUE", "The settings do not fit the connector.", { diagnostics }));
      }
      if (body.auth !== undefined && !Object.hasOwn(found.contract.auth, body.auth)) {
        throw new MortiseError("UNKNOWN_REFERENCE", `${found.contract.title} has no way to sign in called "${body.auth}".`, {
          path: "/auth",
        });
      }
      const unfit = [...schemeFaults(found.contract, body, settings), ...(await credentialFaults(host, found.contract, body))];
      if (unfit.length > 0)
        return sendProblem(
          reply,
          problem("INVALID_VALUE", "The credential does not fit the way to sign in.", { diagnostics: unfit }),
        );
      const before = await connections.find(params.name);
      const elsewhere = before && goesElsewhere(found.contract, before, body);
      if (elsewhere) return sendProblem(reply, problem("INVALID_VALUE", elsewhere.message, { diagnostics: [elsewhere] }));
      // What is saved as it was does not forget how the connection does.
      if (before && !body.credential && isSame(before, body)) return reply.code(204).send();
      await connections.put(params.name, {
        connector: body.connector,
        settings,
        ...(body.auth === undefined ? {} : { auth: body.auth }),
        ...(body.credential ? { credential: body.credential } : {}),
        isSameDestination: (settingsBefore) => sameDestination(found.contract, settingsBefore, { auth: body.auth, settings }),
      });
      await noteFinding(host, params.name, { kind: "replaced" });
      await followAccount(host, params.name, before, body);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { name: string } }>("/api/v1/connections/:name", { config }, async ({ params, session }) => {
    const users = (await connectionUses(host)).get(params.name)?.workflows ?? [];
    if (users.length > 0)
      throw new MortiseError("NOT_ALLOWED", `The connection is used by ${users.map(({ name }) => `"${name}"`).join(", ")}.`, {
        remedy: "Choose another connection there first.",
      });
    if (!(await connections.find(params.name))) throw notFound(params.name);
    const ending = await endAtVendor(host, params.name);
    await connections.remove(params.name);
    // One of the same name that is made later is another one.
    await host.store.lifecycle.lift({ kind: "connection", name: params.name }, session?.name ?? "owner");
    await host.lifecycle.feed.look();
    return ending;
  });

  app.post<{ Params: { name: string } }>("/api/v1/connections/:name/test", { config }, async ({ params }) => {
    if (!(await connections.find(params.name))) throw notFound(params.name);
    const { message, label, result } = await noteTest(host, params.name);
    const account = label === undefined ? {} : { label };
    return { outcome: result.outcome, message, durationMs: result.meta.durationMs, ...account };
  });
};

function isSame(before: StoredConnection, { connector, auth, settings = {} }: Draft): boolean {
  return before.connector === connector && before.auth === auth && isDeepStrictEqual(before.settings, settings);
}

/**
 * A credential that somebody has entered is not sent to another place before they enter it again: whoever changes the settings may not know
 * it. One that a person's consent gave is dropped with the change, as they can connect again.
 */
function goesElsewhere(contract: Contract, before: StoredConnection, draft: Draft): Diagnostic | undefined {
  const { auth, credential, connector, settings = {} } = draft;
  const isSameUse = before.connector.split("@")[0] === connector.split("@")[0] && before.auth === auth;
  if (credential || !before.hasCredential || !isSameUse || personScheme(contract, auth)) return undefined;
  const changed = changedSteering(contract, before.settings, { auth, settings });
  if (changed.length === 0) return undefined;
  const scheme = schemeOf(contract, draft);
  const field = scheme && credentialFields(scheme).find(({ required }) => required)?.name;
  return {
    code: "MISSING_KEY",
    severity: "error",
    path: field === undefined ? "/credential" : `/credential/${field}`,
    message: `The credential was entered for another place: ${changed.join(", ")} has changed, which says where it goes.`,
    fix: { title: "Enter the credential again, or leave the setting as it was." },
  };
}

/** What a person's consent gives, of OAuth 2.0 and of OAuth 1.0a. */
const GRANTS = ["accessToken", "refreshToken", "tokenSecret"];

/** An account goes with the credential that it came with; tokens that are brought along are an account whose name is not known yet. */
async function followAccount(host: Host, name: string, before: StoredConnection | undefined, draft: Draft): Promise<void> {
  const { credential } = draft;
  const isOther = before !== undefined && (before.connector !== draft.connector || before.auth !== draft.auth);
  if (GRANTS.some((field) => credential?.[field])) await host.store.accounts.put(name, { connectedAtMs: host.now() });
  else if (credential || isOther || (await host.store.connections.find(name))?.hasCredential !== true)
    await host.store.accounts.remove(name);
}

function schemeOf(contract: Contract, { auth }: Draft): AuthScheme | undefined {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  return id === undefined ? undefined : contract.auth[id];
}

/** What does not fit the settings' schema; what connecting tells may be missing, as it is not known before. */
function settingsFaults(contract: Contract, draft: Draft): readonly Diagnostic[] {
  if (contract.settings === undefined) return [];
  const told = toldPaths(contract, draft, "");
  const { diagnostics } = compileSchema(contract.settings)(draft.settings ?? {});
  return diagnostics.filter(({ code, path }) => code !== "MISSING_KEY" || !told.includes(path));
}

/** A way to sign in may need settings of its own. */
function schemeFaults(contract: Contract, draft: Draft, settings: JsonObject): readonly Diagnostic[] {
  const scheme = schemeOf(contract, draft);
  const told = toldPaths(contract, draft, "/settings");
  return scheme === undefined ? [] : missingSettings(scheme, settings).filter(({ path }) => !told.includes(path));
}

function toldPaths(contract: Contract, draft: Draft, parent: string): readonly string[] {
  const scheme = schemeOf(contract, draft);
  return scheme === undefined ? [] : keptSettings(scheme).map((setting) => `${parent}/${setting}`);
}

async function credentialFaults(host: Host, contract: Contract, draft: Draft): Promise<readonly Diagnostic[]> {
  const scheme = schemeOf(contract, draft);
  const { credential } = draft;
  if (!scheme || !credential) return [];
  const person = personScheme(contract, draft.auth);
  if (person && !mayOwnClient(person.scheme) && bringsClient(person.scheme, credential)) return [deploymentsOnly(contract)];
  const whole =
    person && !bringsClient(person.scheme, credential)
      ? ((await host.clients.fill(draft, credential, { purpose: "connect", actor: "session" })) ?? credential)
      : credential;
  return credentialProblems(scheme, wrapCredential(whole)).filter(({ severity }) => severity === "error");
}

function deploymentsOnly({ title }: Contract): Diagnostic {
  return {
    code: "INVALID_VALUE",
    severity: "error",
    path: "/credential/clientId",
    message: `${title} is reached through the deployment's own app alone.`,
    fix: { title: "Leave the app's fields out." },
  };
}

interface Known {
  readonly account: ConnectionAccount | undefined;
  readonly use: ConnectionUse | undefined;
  readonly health: ConnectionHealth | undefined;
}

function view(host: Host, { health: test, ...connection }: StoredConnection, { account, use, health }: Known) {
  const contract = host.contract(connection.connector);
  const auth = connection.auth ?? Object.keys(contract?.auth ?? {})[0];
  const scheme = auth === undefined ? undefined : contract?.auth[auth];
  const person = contract && personScheme(contract, connection.auth);
  const shown = healthView(health, test);
  const endsAtMs = shown.endsAtMs ?? account?.endsAtMs;
  return {
    ...connection,
    settings: shownSettings(contract, connection.settings),
    title: contract?.title ?? connection.connector,
    health: shown,
    schemeKind: scheme?.kind ?? "none",
    ...(person ? { connect: person.way } : {}),
    /** Whether it can be used; where a person signs in, whether they did. */
    isConnected: person ? isEntered(person, connection) || (connection.hasCredential && account !== undefined) : true,
    canReconnect: person !== undefined,
    ...(account?.label === undefined ? {} : { label: account.label }),
    ...(endsAtMs === undefined ? {} : { expiresAtMs: endsAtMs }),
    ...(account === undefined ? {} : { connectedAtMs: account.connectedAtMs }),
    usedBy: use?.workflows ?? [],
  };
}

/** Whether somebody has entered what an installation would tell. */
function isEntered({ scheme }: PersonScheme, { settings }: Pick<StoredConnection, "settings">): boolean {
  const { keep = [] } = scheme.kind === "appInstall" ? scheme : {};
  return keep.length > 0 && keep.every(({ setting }) => (settings[setting] ?? "") !== "");
}

function notFound(name: string): MortiseError {
  return new MortiseError("CONNECTION_NOT_FOUND", `No connection "${name}" exists.`);
}
