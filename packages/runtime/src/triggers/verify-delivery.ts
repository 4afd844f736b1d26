import { createHash } from "node:crypto";
import type { WebhookSignature } from "@mortise/contract";
import { toleranceMs, verifySignature } from "./verify-signature.ts";

/** A request as it came, before anything is known of it. */
export interface UnverifiedDelivery {
  /** Names in any case. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** As it came: a signature is over bytes, not over what they mean. */
  readonly rawBody: Uint8Array | string;
  readonly nowMs: number;
  /** One, or several while one takes the place of another. */
  readonly secret: string | readonly string[];
  /** The address that it was sent to. Needed by vendors that sign it. */
  readonly url?: string;
}

/**
 * What a repeat of a delivery is known by: the vendor's id, and what was signed. Keep the ids until then, and answer for them in `isKnown`.
 * Where neither a time nor an id is signed, the same body is taken for a repeat.
 */
export interface DeliveryMark {
  readonly ids: readonly string[];
  /** Epoch ms after which a repeat is refused for its age; without a time of sending a day. */
  readonly keepUntilMs: number;
}

/** Whether a delivery is from where it says, and what a repeat of it is known by. */
export type DeliveryProof = { readonly refused: string } | { readonly refused?: never; readonly mark: DeliveryMark };

const DAY_MS = 86_400_000;

/** Checks the signature of a delivery, where one is asked for, and its time of sending. Time does not depend on how much of it is right. */
export function verifyDelivery(signature: WebhookSignature | undefined, delivery: UnverifiedDelivery): DeliveryProof {
  const headers = lowerCase(delivery.headers);
  const rawBody = typeof delivery.rawBody === "string" ? Buffer.from(delivery.rawBody, "utf8") : Buffer.from(delivery.rawBody);
  if (signature === undefined) return { mark: { ids: [], keepUntilMs: delivery.nowMs + DAY_MS } };
  const { nowMs, secret, url } = delivery;
  const verdict = verifySignature(signature, { headers, rawBody, nowMs, secrets: [secret].flat(), url });
  if (verdict.refused !== undefined) return { refused: verdict.refused };
  // By its id, and by what was signed: an id that is not signed can be changed by whoever sends it again.
  const id = signature.idHeader === undefined ? undefined : headers[signature.idHeader.toLowerCase()];
  const digest = createHash("sha256").update(verdict.content).digest("base64url");
  const isTimed = signature.timestamp !== undefined && (signature.content ?? "").includes("{timestamp}");
  return {
    mark: {
      ids: [...(id === undefined ? [] : [`id:${id}`]), `content:${digest}`],
      keepUntilMs: nowMs + (isTimed ? 2 * toleranceMs(signature) : DAY_MS),
    },
  };
}

/** Headers by name in lower case; several of a name as one text (RFC 9110, section 5.3). */
export function lowerCase(headers: UnverifiedDelivery["headers"]): { readonly [name: string]: string } {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), typeof value === "string" ? value : value.join(", ")] as const],
  );
  return Object.fromEntries(entries);
}
