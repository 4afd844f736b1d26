import { MortiseError } from "@mortise/contract";
import type { Dialer } from "./dialer.ts";
import { GotTransport } from "./got-transport.ts";
import type { Transport, TransportName } from "./transport.ts";
import { UndiciTransport } from "./undici-transport.ts";

const ADAPTERS: { readonly [name in TransportName]: (dialer: Dialer) => Transport } = {
  got: (dialer) => new GotTransport(dialer),
  undici: (dialer) => new UndiciTransport(dialer),
};

/** Opens the transport of that name; absent: got. Throws `INVALID_VALUE` for a name that is none. */
export function openTransport(name: TransportName = "got", dialer: Dialer): Transport {
  if (Object.hasOwn(ADAPTERS, name)) return ADAPTERS[name](dialer);
  throw new MortiseError(
    "INVALID_VALUE",
    `transport: "${String(name)}" is none; expected ${Object.keys(ADAPTERS).join(" or ")}.`,
  );
}
