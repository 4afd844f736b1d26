import type { Json } from "@mortise/contract";

/** A connection to the simulator, as the runtime takes it. */
export interface SimulatedConnection {
  readonly name: string;
  readonly connector: string;
  readonly settings?: { readonly [key: string]: Json };
  readonly auth?: string;
  readonly credential?: { readonly [field: string]: string };
}
