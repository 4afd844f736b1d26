/** Headers whose value is always hidden. An `x-…` header that names a key, token, secret or signature is hidden as well. */
const HEADERS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "www-authenticate",
  "proxy-authenticate",
  "api-key",
  "apikey",
  "x-api-key",
  "x-auth-token",
]);

const TELLING =
  /(?:^|[-_.])(?:api[-_]?key|key|token|secret|passw(?:or)?d|pwd|pass|auth(?:orization)?|signature|sig|credential|session|assertion|verifier|jwt|ticket|otp)s?(?:$|[-_.])/i;
const HARMLESS = new Set(["idempotency-key", "x-idempotency-key", "sort_key", "primary_key", "foreign_key", "partition_key"]);

/** Whether a header's name says that its value is a secret. */
export function isSecretHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return HEADERS.has(lower) || (!HARMLESS.has(lower) && TELLING.test(lower));
}

/** Whether a query parameter's name says that its value is a secret. */
export function isSecretParam(name: string): boolean {
  const lower = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return lower === "code" || lower === "apikey" || lower.endsWith("_code") || (!HARMLESS.has(lower) && TELLING.test(lower));
}

/** Names of fields whose value is a secret wherever they stand; narrower than for parameters, as errors have a `key` or a `code` too. */
const FIELD =
  /(?:^|_)(?:passw(?:or)?d|passphrase|secret|token|api_?key|(?:private|access|secret|shared|signing|account)_key|authorization|cookies?|credentials?|assertion|(?:code_)?verifier|(?:device|authorization)_code|signature|jwt)$/;

/** Whether the name of a field says that its text is a secret. */
export function isSecretField(name: string): boolean {
  if (name.length > 60) return false;
  return FIELD.test(
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replaceAll(/[-. ]/g, "_")
      .toLowerCase(),
  );
}
