import { compileValue } from "@mortise/builders";
import { type Removed, type Shim, shim } from "@mortise/compat";
import { type Contract, MortiseError, nearest, type Operation, standingOperation } from "@mortise/contract";
import semver from "semver";

/** Anything that carries a contract; the registry hands out what it was given. */
export interface Entry {
  readonly contract: Contract;
  /** Name and version where they are known before the contract is. Absent: the contract's. */
  readonly id?: { readonly name: string; readonly version: string };
}

const idOf = (entry: Entry): { readonly name: string; readonly version: string } => entry.id ?? entry.contract;

/** An operation as found by its name. */
export interface FoundOperation<C extends Entry> {
  readonly connector: C;
  /** Its schemas stand alone: what they share with other operations is in their `$defs`. */
  readonly operation: Operation;
  /** The operation's name inside the connector. */
  readonly name: string;
  /**
   * Where the use names an older major version that is not installed: how the installed one stands for it. `operation` is then the one
   * that was asked for, as the migrations give it; `name` is what it is called now.
   */
  readonly shim?: Shim;
}

/** The catalogue of connectors: several versions of each, none of which ever changes. */
export interface Registry<C extends Entry> {
  /** The highest version of each connector, by name; prereleases only where there is nothing else. */
  list(): readonly C[];
  /** Every version of a connector, highest first; empty where there is none of that name. */
  versions(name: string): readonly C[];
  /** The highest version that `name`, `name@1`, `name@1.2` or `name@1.2.0` allows (semver.org 2.0.0). Undefined where there is none. */
  get(ref: string): C | undefined;
  /**
   * The operation that `name[@version]/operation` means. Undefined where there is none. An older major version that is not installed is
   * stood for by the highest one that is, where the migrations of its contract lead there.
   */
  operation(use: string): FoundOperation<C> | undefined;
  /** What to do instead of an operation of an older major version, where the installed one says that it is gone. Otherwise undefined. */
  removed(use: string): string | undefined;
  /** The `name[@version]/operation` that a misspelt one most likely meant, in the same form. Undefined where nothing is near. */
  nearestOperation(use: string): string | undefined;
  /** A registry with these connectors too. Throws `DUPLICATE_NAME` for another content under a name and version that exist. */
  with(connectors: readonly C[]): Registry<C>;
}

/** Builds a registry in memory. Throws `DUPLICATE_NAME` for two contents under one name and version, `INVALID_VALUE` for a version that is no semver. */
export function createRegistry<C extends Entry>(connectors: readonly C[]): Registry<C> {
  const byName = group(connectors);
  const get = (ref: string): C | undefined => {
    const { name, version } = parseRef(ref);
    return pick(byName.get(name) ?? [], version);
  };
  const shims = new Map<string, Shim | Removed | undefined>();
  const stoodFor = (use: string) => {
    const { ref, name } = parseUse(use);
    const { name: connectorName, version } = parseRef(ref);
    const connector = get(connectorName);
    if (connector === undefined || version === undefined || get(ref) !== undefined) return undefined;
    const found = shims.has(use) ? shims.get(use) : shim(connector.contract, Number.parseInt(version, 10), name, compileValue);
    shims.set(use, found);
    return found && { connector, found };
  };
  const operation = (use: string): FoundOperation<C> | undefined => {
    const { ref, name } = parseUse(use);
    const connector = get(ref);
    if (connector === undefined) {
      const stood = stoodFor(use);
      if (stood === undefined || "removed" in stood.found) return undefined;
      return { connector: stood.connector, operation: stood.found.operation, name: stood.found.name, shim: stood.found };
    }
    if (!Object.hasOwn(connector.contract.operations, name)) return undefined;
    const found = connector.contract.operations[name];
    return found && { connector, operation: standingOperation(found, connector.contract.schemas), name };
  };
  return Object.freeze({
    list: () => [...byName.values()].flatMap((versions) => pick(versions, undefined) ?? []),
    versions: (name) => byName.get(name) ?? [],
    get,
    operation,
    removed: (use) => {
      const stood = stoodFor(use);
      return stood !== undefined && "removed" in stood.found ? stood.found.removed : undefined;
    },
    nearestOperation: (use) => nearestOperation(byName, use, get),
    with: (more) => createRegistry([...connectors, ...more]),
  } satisfies Registry<C>);
}

/** Splits `name[@version]`. */
export function parseRef(ref: string): { readonly name: string; readonly version: string | undefined } {
  const at = ref.indexOf("@");
  return at < 0 ? { name: ref, version: undefined } : { name: ref.slice(0, at), version: ref.slice(at + 1) };
}

/** Splits `name[@version]/operation` at its last slash; without one the operation is empty. */
export function parseUse(use: string): { readonly ref: string; readonly name: string } {
  const slash = use.lastIndexOf("/");
  return slash < 0 ? { ref: use, name: "" } : { ref: use.slice(0, slash), name: use.slice(slash + 1) };
}

function group<C extends Entry>(connectors: readonly C[]): ReadonlyMap<string, readonly C[]> {
  const byName = new Map<string, C[]>();
  for (const connector of connectors) {
    const { name, version } = idOf(connector);
    if (semver.valid(version) !== version) {
      throw new MortiseError("INVALID_VALUE", `${name}: the version "${version}" is not a semantic version such as 1.2.0.`);
    }
    const versions = byName.get(name) ?? [];
    const same = versions.find((other) => idOf(other).version === version);
    if (same && same !== connector && canonical(same.contract) !== canonical(connector.contract)) {
      throw new MortiseError(
        "DUPLICATE_NAME",
        `${name}@${version} is there already with another content; a released version never changes.`,
        {
          remedy: "Raise the version.",
        },
      );
    }
    if (!same)
      byName.set(
        name,
        [...versions, connector].sort((a, b) => semver.rcompare(idOf(a).version, idOf(b).version)),
      );
  }
  return new Map([...byName].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first of the versions, highest first, that the wanted one allows. A prerelease only counts when named, or alone. */
function pick<C extends Entry>(versions: readonly C[], wanted: string | undefined): C | undefined {
  if (wanted === undefined) {
    return versions.find((entry) => semver.prerelease(idOf(entry).version) === null) ?? versions[0];
  }
  const exact = versions.find((entry) => idOf(entry).version === wanted);
  if (exact || !/^\d+(\.\d+){0,2}$/.test(wanted)) return exact;
  return versions.find((entry) => semver.satisfies(idOf(entry).version, wanted));
}

function nearestOperation<C extends Entry>(
  byName: ReadonlyMap<string, readonly C[]>,
  use: string,
  get: (ref: string) => C | undefined,
): string | undefined {
  const { ref, name } = parseUse(use);
  const { name: wanted, version } = parseRef(ref);
  const connectorName = byName.has(wanted) ? wanted : nearest(wanted, byName.keys());
  if (connectorName === undefined) return undefined;
  const full = version === undefined ? connectorName : `${connectorName}@${version}`;
  const found = get(full) ? full : connectorName;
  const operations = get(found)?.contract.operations ?? {};
  const operationName = Object.hasOwn(operations, name) ? name : nearest(name, Object.keys(operations));
  return operationName === undefined ? undefined : `${found}/${operationName}`;
}

/** JSON text with sorted keys: equal for equal contents, whatever the order they were written in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
