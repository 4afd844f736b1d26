import { createHmac } from "node:crypto";

/** The headers of a message (Standard Webhooks 1.0, `v1`): its id, its time of sending, and a signature by each secret that counts. */
export function signMessage(
  id: string,
  body: string,
  secrets: readonly string[],
  nowMs: number,
): { readonly [name: string]: string } {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
