import { lookup } from "node:dns/promises";

/** Finds all addresses of a name. The adapter to the machine's resolver is {@link systemResolver}. */
export type Resolver = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** The machine's resolver, hosts file included; both families, in the order it gives. */
export const systemResolver: Resolver = (host) => lookup(host, { all: true, order: "verbatim" });
