import type { Contract } from "@mortise/contract";
import type { NativeBinding } from "./native.ts";
import type { StreamListener } from "./stream-trigger.ts";

/** A connector as the runtime takes it: the contract and, where it has native operations, their code. */
export interface Connector {
  readonly contract: Contract;
  readonly natives: { readonly [operation: string]: NativeBinding };
  /** The code of its stream triggers. Absent: it has none. */
  readonly listeners?: { readonly [trigger: string]: StreamListener<never, unknown, never> };
  /** Its operations in code, bundled. Absent: it has none, or they were not built. */
  readonly code?: CodeBundle;
}

/** The operations in code of a connector as one script for the sandbox. */
export interface CodeBundle {
  /** Defines `operations`, an object with a function for each operation in code. */
  readonly script: string;
  /** Source map of the script (ECMA-426), JSON text. Absent: places in errors are those of the script. */
  readonly map?: string;
  /** sha256 of the script, hex. */
  readonly digest: string;
}
