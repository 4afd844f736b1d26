import type { RequestSignature } from "@mortise/contract";

/** A moment as a request carries it, as text: epoch in s or ms, RFC 3339 in UTC to the second, or RFC 9110 §5.6.7. */
export function timestampOf(nowMs: number, form: NonNullable<RequestSignature["timestamp"]>): string {
  switch (form) {
    case "s":
      return String(Math.floor(nowMs / 1_000));
    case "ms":
      return String(Math.floor(nowMs));
    case "iso8601":
      return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    case "http_date":
      return new Date(nowMs).toUTCString();
  }
}
