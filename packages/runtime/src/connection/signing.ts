import { alsoHiding, type SignedRequest, type SigningContext } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { HopSigning } from "../egress/hop-signing.ts";
import type { Hop } from "../egress/redirects.ts";

/** How the requests of one attempt are signed. */
export interface AttemptSigning {
  readonly hops: HopSigning;
  /** The call with a redactor that knows the signatures which went out, for what comes back. */
  readonly after: () => ReadyCall;
}

/** How an attempt of a call is signed. Undefined: its scheme does not sign. */
export function attemptSigning(call: ReadyCall): AttemptSigning | undefined {
  const { connection } = call;
  const { signer } = connection;
  if (signer === undefined) return undefined;
  const echoes: string[] = [];
  const sent = new WeakMap<Hop, SignedRequest>();
  return {
    hops: {
      sign: async (hop) => {
        const signed = await signer.sign(hop, signingContext(call));
        if (signed.url.origin !== hop.url.origin) throw new MortiseError("INTERNAL", "A signature changed where a request goes.");
        echoes.push(...signed.echoes);
        sent.set(signed, signed);
        return signed;
      },
      answered: (hop, answer) => {
        const signed = sent.get(hop);
        return signed !== undefined && signer.answered?.(signed, answer, signingContext(call)) === true;
      },
    },
    after: () =>
      echoes.length === 0 ? call : { ...call, connection: { ...connection, redactor: alsoHiding(connection.redactor, echoes) } },
  };
}

/** What a signature of a call is made of beside its request: the time and the randomness of now. */
export function signingContext({ services, connection }: ReadyCall): SigningContext {
  return {
    nowMs: services.clock.now(),
    randomBytes: services.randomBytes,
    held: (scheme) => connection.tokens?.of(scheme),
    learn: connection.redactor.learn,
    customCode: services.customCode,
  };
}
