import type { Hop } from "./redirects.ts";

/** Signs the hops of one request. */
export interface HopSigning {
  /** The hop as it is sent; on the origin that it was on. Throws `MortiseError`. */
  sign(hop: Hop): Promise<Hop>;
  /** Takes in the answer to a hop. True: it was a challenge, which the hop meets when it is signed again. */
  answered(signed: Hop, answer: { readonly status: number; readonly headers: { readonly [name: string]: string } }): boolean;
}
