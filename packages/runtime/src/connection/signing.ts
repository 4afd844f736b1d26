import { alsoHiding, type SignedRequest, type SigningContext, type WholeRequest } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { HopSigning } from "../egress/hop-signing.ts";
import type { Hop } from "../egress/redirects.ts";
import { isUpload } from "../egress/upload-source.ts";

/** A hop with its signature in it. */
type SignedHop = Omit<SignedRequest, "body"> & Pick<Hop, "body">;

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
  const sent = new WeakMap<Hop, SignedHop>();
  return {
    hops: {
      sign: async (hop) => {
        const signed = await signHop(hop, (whole) => signer.sign(whole, signingContext(call)));
        if (signed.url.origin !== hop.url.origin) throw new MortiseError("INTERNAL", "A signature changed where a request goes.");
        echoes.push(...signed.echoes);
        sent.set(signed, signed);
        return signed;
      },
      answered: (hop, answer) => {
        const signed = sent.get(hop);
        if (signed === undefined) return false;
        const { body, ...rest } = signed;
        return signer.answered?.(isUpload(body) ? rest : { ...rest, body }, answer, signingContext(call)) === true;
      },
    },
    after: () =>
      echoes.length === 0 ? call : { ...call, connection: { ...connection, redactor: alsoHiding(connection.redactor, echoes) } },
  };
}

/** Of a body that is read while it is sent a signature gets the digest: it is read twice. */
async function signHop(hop: Hop, sign: (whole: WholeRequest) => Promise<SignedRequest>): Promise<SignedHop> {
  const { body, ...rest } = hop;
  if (!isUpload(body)) return await sign({ ...rest, body });
  const signed = await sign({ ...rest, bodySha256: await body.sha256() });
  return { ...signed, body };
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
