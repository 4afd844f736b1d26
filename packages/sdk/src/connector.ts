import type { Contract } from "@mortise/contract";
import type { NativeBinding } from "./native.ts";

/** A connector as the runtime takes it: the contract and, where it has native operations, their code. */
export interface Connector {
  readonly contract: Contract;
  readonly natives: { readonly [operation: string]: NativeBinding };
}
