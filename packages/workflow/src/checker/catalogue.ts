import type { Contract, Operation } from "@mortise/contract";

/** An operation as a catalogue finds it: its contract beside it, or inside of its connector. */
export type FoundOperation = {
  readonly operation: Operation;
  /** The operation's name inside the connector. */
  readonly name: string;
} & ({ readonly contract: Contract } | { readonly connector: { readonly contract: Contract } });

/** The operations that there are. */
export interface OperationCatalogue {
  /** The operation that `connector[@version]/operation` means; undefined: there is none. */
  operation(use: string): FoundOperation | undefined;
  /** The one that a misspelt name most likely meant. */
  nearest(use: string): string | undefined;
  /** What to do instead of an operation of an older version, where the installed one says that it is gone. Absent: nothing is known of that. */
  removed?(use: string): string | undefined;
  /** The contract that `connector[@version]` means, for its triggers. Absent: triggers of connectors are not known. */
  contract?(connector: string): Contract | undefined;
}

/** The contract of a found operation. */
export function contractOf(found: FoundOperation): Contract {
  return "contract" in found ? found.contract : found.connector.contract;
}

/**
 * Whether calls of a connector need a connection: it has a credential, or a setting without a default. `accepted` are the auth schemes
 * that an operation accepts; absent: any of the contract's.
 */
export function needsConnection({ auth, settings }: Contract, accepted?: readonly string[]): boolean {
  const schemes = Object.entries(auth).filter(([id]) => accepted?.includes(id) ?? true);
  if (schemes.length > 0 && schemes.every(([, { kind }]) => kind !== "none")) return true;
  return (settings?.required ?? []).some((name) => {
    const setting = settings?.properties?.[name];
    return typeof setting !== "object" || setting.default === undefined;
  });
}
