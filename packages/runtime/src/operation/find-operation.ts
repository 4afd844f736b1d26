import { migrationChain, type Shim } from "@mortise/compat";
import { MortiseError } from "@mortise/contract";
import { parseRef, parseUse, type Registry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { type CompiledOperation, compileOperation } from "./compile-operation.ts";

/** An operation, and how it stands for an older one. */
export interface FoundOperation {
  readonly target: CompiledOperation;
  readonly shim?: Shim;
}

/** Uses that are remembered of one registry: callers may write a version in many ways. */
const MAX_USES = 10_000;
const compiled = new WeakMap<object, CompiledOperation>();
const known = new WeakMap<Registry<Connector>, Map<string, FoundOperation>>();

/** The operation of a use, compiled once. Throws `CONNECTOR_NOT_FOUND`, `UNKNOWN_OPERATION`, `OPERATION_REMOVED`. */
export function findOperation(registry: Registry<Connector>, use: string): FoundOperation {
  const before = known.get(registry)?.get(use);
  if (before !== undefined) return before;
  const found = Object.freeze(find(registry, use));
  const uses = known.get(registry) ?? new Map<string, FoundOperation>();
  if (uses.size >= MAX_USES) uses.clear();
  known.set(registry, uses.set(use, found));
  return found;
}

function find(registry: Registry<Connector>, use: string): FoundOperation {
  const found = registry.operation(use);
  if (found === undefined) throw missing(registry, use);
  const { connector, operation, name, shim } = found;
  if (shim !== undefined) {
    return { ...find(registry, `${connector.contract.name}@${connector.contract.version}/${name}`), shim };
  }
  const before = compiled.get(operation);
  if (before !== undefined && before.connector === connector) return { target: before };
  const target = compileOperation(connector, name, operation);
  compiled.set(operation, target);
  return { target };
}

function missing(registry: Registry<Connector>, use: string): MortiseError {
  const instead = registry.removed(use);
  if (instead !== undefined)
    return new MortiseError("OPERATION_REMOVED", `${use} is gone in the version that is installed.`, { remedy: instead });
  const near = registry.nearestOperation(use);
  const remedy = near === undefined ? {} : { remedy: `Did you mean ${near}?` };
  const { ref, name } = parseUse(use);
  if (registry.get(ref) === undefined) return notInstalled(registry, use, remedy);
  return new MortiseError("UNKNOWN_OPERATION", `The connector ${ref} has no operation ${name}.`, remedy);
}

function notInstalled(registry: Registry<Connector>, use: string, remedy: { readonly remedy?: string }): MortiseError {
  const { ref, name } = parseUse(use);
  const { name: connector, version } = parseRef(ref);
  const installed = registry.get(connector)?.contract;
  if (installed === undefined || version === undefined)
    return new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${ref} is installed.`, remedy);
  const there = `${connector}@${installed.version}`;
  if (migrationChain(installed, Number.parseInt(version, 10)) !== undefined)
    return new MortiseError("UNKNOWN_OPERATION", `${there} stands for ${ref}, and knows no operation ${name} of it.`, remedy);
  return new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${ref} is installed.`, {
    remedy: `Install ${ref}: ${there} is there, and no migration leads from ${ref} to it.`,
  });
}
