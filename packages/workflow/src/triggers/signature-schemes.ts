import type { WebhookSignature } from "@mortise/contract";

/** Schemes by which senders sign what they deliver, as their documentation gives them. */
export const SIGNATURE_SCHEMES = Object.freeze({
  /** Standard Webhooks 1.0 (symmetric, `v1`): Svix, Clerk, OpenAI, Resend and others. */
  "standard-webhooks": {
    algorithm: "hmac-sha256",
    header: "webhook-signature",
    encoding: "base64",
    prefix: "v1,",
    content: "{id}.{timestamp}.{body}",
    secret: { encoding: "base64", prefix: "whsec_" },
    timestamp: { header: "webhook-timestamp", as: "epoch_s" },
    idHeader: "webhook-id",
  },
  github: {
    algorithm: "hmac-sha256",
    header: "x-hub-signature-256",
    encoding: "hex",
    prefix: "sha256=",
    idHeader: "x-github-delivery",
  },
  stripe: {
    algorithm: "hmac-sha256",
    header: "stripe-signature",
    encoding: "hex",
    prefix: "v1=",
    content: "{timestamp}.{body}",
    timestamp: { header: "stripe-signature", as: "epoch_s", prefix: "t=" },
  },
  slack: {
    algorithm: "hmac-sha256",
    header: "x-slack-signature",
    encoding: "hex",
    prefix: "v0=",
    content: "v0:{timestamp}:{body}",
    timestamp: { header: "x-slack-request-timestamp", as: "epoch_s" },
  },
  shopify: { algorithm: "hmac-sha256", header: "x-shopify-hmac-sha256", encoding: "base64", idHeader: "x-shopify-webhook-id" },
  twilio: { algorithm: "hmac-sha1", header: "x-twilio-signature", encoding: "base64", content: "{url}{form}" },
  gitlab: { algorithm: "token", header: "x-gitlab-token", encoding: "text", idHeader: "idempotency-key" },
} as const satisfies { readonly [name: string]: WebhookSignature });

/** The scheme of a webhook: one of a name, or one that a document spells out. Undefined: there is none. */
export function signatureScheme(signature: unknown): WebhookSignature | undefined {
  if (typeof signature !== "string") return (signature ?? undefined) as WebhookSignature | undefined;
  return Object.hasOwn(SIGNATURE_SCHEMES, signature) ? SIGNATURE_SCHEMES[signature as keyof typeof SIGNATURE_SCHEMES] : undefined;
}
