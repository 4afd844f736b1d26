import { createHmac, type KeyObject, sign } from "node:crypto";
import type { WebhookSignature } from "@mortise/contract";

/** What a delivery is signed with. */
export interface Signing {
  readonly secret: string;
  /** For `ed25519`: the vendor's own key. */
  readonly privateKey: KeyObject;
  readonly body: string;
  readonly url: string;
  readonly id: string;
  readonly nowMs: number;
}

/** The headers that prove where a delivery is from: signature, time of sending, id. */
export function signDelivery(spec: WebhookSignature, signing: Signing): { readonly [name: string]: string } {
  const { timestamp, idHeader, prefix = "", encoding } = spec;
  const sentAt = timestamp === undefined ? "" : timeText(timestamp.as, signing.nowMs);
  const signature = signatureOf(spec, contentOf(spec, signing, sentAt), signing);
  const text = `${prefix}${encoding === "text" ? signature.toString("utf8") : signature.toString(encoding)}`;
  const time = timestamp === undefined ? {} : { [timestamp.header.toLowerCase()]: `${timestamp.prefix ?? ""}${sentAt}` };
  const own = spec.header.toLowerCase();
  const both = time[own] === undefined ? text : `${time[own]},${text}`;
  return { ...(idHeader === undefined ? {} : { [idHeader.toLowerCase()]: signing.id }), ...time, [own]: both };
}

function contentOf(spec: WebhookSignature, { body, url, id }: Signing, sentAt: string): string {
  return (spec.content ?? "{body}").replaceAll(/\{(body|timestamp|id|url|form)\}/g, (_, hole: string) => {
    if (hole === "timestamp") return sentAt;
    if (hole === "id") return id;
    if (hole === "url") return url;
    return hole === "form" ? formText(body) : body;
  });
}

function signatureOf(spec: WebhookSignature, content: string, { secret, privateKey }: Signing): Buffer {
  const { encoding = "text", prefix = "" } = spec.secret ?? {};
  const bare = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const key = Buffer.from(bare, encoding === "text" ? "utf8" : encoding);
  if (spec.algorithm === "token") return key;
  if (spec.algorithm === "ed25519") return sign(null, Buffer.from(content, "utf8"), privateKey);
  return createHmac(spec.algorithm.slice("hmac-".length), key).update(content, "utf8").digest();
}

function timeText(as: "epoch_s" | "epoch_ms" | "date_time", nowMs: number): string {
  if (as === "date_time") return new Date(nowMs).toISOString();
  return String(as === "epoch_s" ? Math.floor(nowMs / 1_000) : Math.floor(nowMs));
}

function formText(body: string): string {
  return [...new URLSearchParams(body)]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join("");
}
