import { endpointUrl, plainWords } from "@mortise/auth";
import type { AuthScheme, Contract, Json } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { PendingAuthorization, PendingResult, PendingStatus } from "../store/pending-authorizations.ts";
import type { ClientOwner } from "./deployment-client.ts";
import { type PersonalScheme, type PersonScheme, personScheme } from "./person-scheme.ts";
import { grantedScopes, type ScopeChoice, scopeChoices } from "./scope-choices.ts";

/** What a person is shown before their browser leaves, and afterwards how it went. Holds no secret. */
export interface ConsentView {
  readonly id: string;
  readonly status: PendingStatus | "expired";
  readonly mode: "popup" | "redirect";
  readonly returnTo?: string;
  readonly connection: string;
  /** Kind of the scheme that the person takes part in. */
  readonly kind: PersonalScheme["kind"];
  readonly connector: {
    readonly name: string;
    readonly version: string;
    readonly title: string;
    readonly publisher: string;
    readonly privacy?: string;
  };
  /** The account that it is connected to now. */
  readonly account?: string;
  readonly isReconnect: boolean;
  readonly client: ClientOwner;
  readonly scopes: readonly ScopeChoice[];
  /** Hosts that its calls go to; `*` stands for whatever the deployment allows. */
  readonly hosts: readonly string[];
  /** Host that the browser goes to next. */
  readonly next?: string;
  /** Whether the other system brings its answer by itself, not with the browser. */
  readonly isDelivered: boolean;
  /** Whether what is granted can be taken back from here. */
  readonly isRevocable: boolean;
  readonly expiresAtMs: number;
  readonly result?: PendingResult;
}

/** Undefined: the connection or its connector is gone. */
export async function consentView(
  host: Host,
  pending: PendingAuthorization,
  used: ReadonlySet<string>,
): Promise<ConsentView | undefined> {
  const connection = await host.store.connections.find(pending.connection);
  const contract = connection && host.contract(connection.connector);
  const person = contract && personScheme(contract, connection.auth);
  if (!connection || !contract || !person) return undefined;
  const stored = await host.store.connections.readCredential(connection.name, { purpose: "connect", actor: "session" });
  const account = await host.store.accounts.find(connection.name);
  const granted = grantedScopes(person.scheme, stored?.fields.scope);
  const { name, version, title, publisher, privacy } = contract;
  const next = nextHost(nextAddress(person.scheme), connection.settings);
  return {
    id: pending.id,
    status: statusAt(pending, host.now()),
    mode: pending.request.mode ?? "popup",
    ...(pending.request.returnTo === undefined ? {} : { returnTo: pending.request.returnTo }),
    connection: connection.name,
    kind: person.scheme.kind,
    connector: {
      name,
      version,
      title: plainWords(title),
      publisher: plainWords(publisher),
      ...(privacy === undefined ? {} : { privacy }),
    },
    ...(account?.label === undefined ? {} : { account: account.label }),
    isReconnect: account !== undefined,
    client: await host.clients.owner(connection, stored?.fields),
    scopes: scopeChoices(contract, person.scheme, { asked: pending.request.scopes, granted, used }).map(inPlainWords),
    hosts: hostsOf(contract, connection.settings),
    ...(next === undefined ? {} : { next }),
    isDelivered: pending.request.isDelivered === true,
    isRevocable: isRevocable(person),
    expiresAtMs: pending.expiresAtMs,
    ...(pending.result ? { result: pending.result } : {}),
  };
}

/** A permission whose words do nothing but show: they are a stranger's, and a person decides by them. Its name is what is asked for. */
function inPlainWords({ purpose, operations, ...choice }: ScopeChoice): ScopeChoice {
  return {
    ...choice,
    ...(purpose === undefined ? {} : { purpose: plainWords(purpose) }),
    operations: operations.map((operation) => ({ ...operation, title: plainWords(operation.title) })),
  };
}

/** Where the browser goes, or comes from. */
function nextAddress(scheme: PersonalScheme): string | undefined {
  if (scheme.kind === "appInstall") return scheme.installUrl;
  return scheme.kind === "oauth1" ? scheme.authorizeUrl : (scheme.authorizeUrl ?? scheme.issuer);
}

function isRevocable({ scheme, whole }: PersonScheme): boolean {
  if (scheme.kind === "oauth2" && scheme.revokeUrl !== undefined) return true;
  return [whole, scheme as AuthScheme].some(({ revoke }) => revoke !== undefined && "operation" in revoke);
}

/** A sign-in whose time is over has ended, whoever it waits for. */
export function statusAt({ status, expiresAtMs }: PendingAuthorization, nowMs: number): ConsentView["status"] {
  return ["open", "sent", "other_account"].includes(status) && expiresAtMs <= nowMs ? "expired" : status;
}

type Settings = { readonly [name: string]: Json };

function hostsOf(contract: Contract, settings: Settings): readonly string[] {
  return [...new Set(contract.hosts.flatMap((each) => (each === "*" ? ["*"] : (nextHost(`https://${each}`, settings) ?? []))))];
}

/** A setting that is no host makes the sign-in fail where it is used; here it is not shown. */
function nextHost(template: string | undefined, settings: Settings): string | undefined {
  try {
    return template === undefined ? undefined : endpointUrl(template, settings).host;
  } catch {
    return undefined;
  }
}
