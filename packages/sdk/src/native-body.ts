import type { NativeBody } from "@mortise/contract";
import type { NativeCall, NativeStream } from "./native.ts";

/** The element type of the list in an output, for streams. */
export type ItemOf<Output> = Output extends readonly (infer Item)[]
  ? Item
  : { [K in keyof Output]-?: Output[K] extends readonly (infer Item)[] | undefined ? Item : never }[keyof Output];

/** An operation's own code and what is said about it to whoever installs the connector. */
export type NativeSpec<Input, Output, Settings> = NativeBody &
  (
    | { readonly call: NativeCall<Input, Output, Settings>; readonly stream?: undefined }
    | { readonly stream: NativeStream<Input, ItemOf<Output>, Settings>; readonly call?: undefined }
  );

/**
 * In-process code for what cannot be declared: drivers, sockets, files. The types of `input`, the output and `ctx.settings` follow from
 * the operation's schemas. Runs only where the operator trusts the publisher.
 */
export function native<Input, Output, Settings>(spec: NativeSpec<Input, Output, Settings>): NativeSpec<Input, Output, Settings> {
  return Object.freeze(spec);
}
