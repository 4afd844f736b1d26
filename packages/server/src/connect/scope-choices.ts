import type { Contract, Effect } from "@mortise/contract";
import type { PersonalScheme } from "./person-scheme.ts";

/** One permission that a person can give. */
export interface ScopeChoice {
  readonly name: string;
  /** What it is for, in the contract's words. Absent: the contract has none. */
  readonly purpose?: string;
  /** Always asked for. */
  readonly required: boolean;
  /** Whether it is chosen to begin with. */
  readonly chosen: boolean;
  /** Whether the connection has it now. */
  readonly granted: boolean;
  /** What works with it alone. */
  readonly operations: readonly { readonly name: string; readonly title: string; readonly effect: Effect }[];
}

/** What a choice of scopes begins with. */
export interface ScopeWishes {
  /** Asked for by whoever opened the sign-in. */
  readonly asked?: readonly string[] | undefined;
  /** Of the credential that is there. */
  readonly granted: readonly string[];
  /** Operations that workflows call over this connection. */
  readonly used: ReadonlySet<string>;
}

/**
 * The scopes of a scheme. Chosen to begin with are the required ones, the contract's `defaultScopes`, those that are granted already, those
 * that are asked for and those that workflows need. Where none of these says anything: those of operations that only read.
 * None: only OAuth 2.0 has any, elsewhere the other system decides what is allowed.
 */
export function scopeChoices(
  contract: Contract,
  scheme: PersonalScheme,
  { asked, granted, used }: ScopeWishes,
): readonly ScopeChoice[] {
  if (scheme.kind !== "oauth2") return [];
  const operations = Object.entries(contract.operations);
  const needing = (scope: string) => operations.filter(([, { scopes }]) => scopes.includes(scope));
  const required = new Set(scheme.requiredScopes ?? []);
  const wished = new Set([
    ...(scheme.defaultScopes ?? []),
    ...(asked ?? []),
    ...granted,
    ...operations.flatMap(([name, { scopes }]) => (used.has(name) ? scopes : [])),
  ]);
  if (wished.size === 0 && scheme.defaultScopes === undefined)
    for (const [, { effect, scopes }] of operations) if (effect === "read") for (const scope of scopes) wished.add(scope);
  const all = new Set([
    ...required,
    ...(scheme.defaultScopes ?? []),
    ...Object.keys(scheme.scopes ?? {}),
    ...operations.flatMap(([, { scopes }]) => scopes),
  ]);
  return [...all].map((name) => ({
    name,
    ...(scheme.scopes?.[name] === undefined ? {} : { purpose: scheme.scopes[name] }),
    required: required.has(name),
    chosen: required.has(name) || wished.has(name),
    granted: granted.includes(name),
    operations: needing(name).map(([id, { title, effect }]) => ({ name: id, title, effect })),
  }));
}

/** The scopes of a credential, as the other system gave them. */
export function grantedScopes(scheme: PersonalScheme, scope: string | undefined): readonly string[] {
  if (scope === undefined || scheme.kind !== "oauth2") return [];
  return scope.split(scheme.scopeSeparator ?? /[\s,]+/).filter((each) => each !== "");
}
