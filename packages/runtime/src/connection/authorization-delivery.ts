import { exchangeDeliveredCode, type PlainCredential } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import type { Services } from "../services.ts";
import { verifySignature } from "../triggers/verify-signature.ts";
import { type AuthorizationKept, finish, pendingOf } from "./authorization.ts";
import { openToConnect } from "./open-to-connect.ts";

/** A vendor brings a code by a delivery of its own. */
export interface AuthorizationDelivery extends AuthorizationKept {
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly rawBody: Buffer;
  /** The address that the vendor sent to. Needed where it is signed. */
  readonly url?: string;
  /** What deliveries are signed with. Absent: the client's secret. */
  readonly secret?: string;
  /**
   * Called once the signature holds, before the code is spent; false: somebody else has taken the sign-in, so nothing is sent. Absent: it is
   * spent.
   */
  readonly commit?: () => Promise<boolean>;
}

/**
 * Takes the code out of a delivery whose signature holds, exchanges it and does what `finishAuthorization` does from there on. Throws
 * `AUTH_FAILED` for a signature or a state that is wrong, otherwise as that does.
 */
export async function finishAuthorizationFromDelivery(
  services: Services,
  delivery: AuthorizationDelivery,
  tenant: string,
  runner: OperationRunner,
): Promise<PlainCredential> {
  const connecting = await openToConnect(services, delivery.connection, tenant, delivery.client);
  const { query, scheme, open } = connecting;
  const { headers, rawBody, url, codeVerifier } = delivery;
  const signature = scheme.codeFrom?.webhook.signature;
  if (signature !== undefined) {
    const secret = delivery.secret ?? open.credential.clientSecret?.reveal() ?? "";
    const signed = { headers, rawBody, nowMs: services.clock.now(), secrets: secret === "" ? [] : [secret], url };
    const { refused } = verifySignature(signature, signed);
    if (refused !== undefined) throw new MortiseError("AUTH_FAILED", `The delivery with the code is not accepted: ${refused}`);
  }
  if (delivery.commit !== undefined && !(await delivery.commit()))
    throw new MortiseError("AUTH_FAILED", "The sign-in was finished by another delivery.");
  if (codeVerifier !== undefined) open.redactor.learn([codeVerifier]);
  return finish(connecting, runner, tenant, () =>
    exchangeDeliveredCode(query, rawBody.toString("utf8"), pendingOf(connecting, delivery)),
  );
}
