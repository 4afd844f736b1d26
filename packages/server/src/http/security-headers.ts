import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** Headers on every answer (OWASP ASVS 3.4): nothing from elsewhere, no frames, no sniffing; API answers are never stored. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply) => {
    reply.headers({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
      "x-frame-options": "DENY",
    });
    if (!reply.hasHeader("content-security-policy"))
      reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    if (/^\/(api|hooks|metrics|signin|oauth)\b/.test(request.url)) reply.header("cache-control", "no-store");
  });
}

/** A page's policy and the nonce that its styles carry. */
export function pagePolicy(): { readonly nonce: string; readonly policy: string } {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { nonce, policy };
}
