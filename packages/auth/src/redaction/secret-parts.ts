import { isSecretField } from "./secret-names.ts";

/** Shortest line and shortest field that is a secret by itself. */
const MIN_LENGTH = 16;
/** Private members of keys (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const JWK = new Set(["d", "p", "q", "dp", "dq", "qi", "k"]);

/**
 * A secret and those parts of it that are secret by themselves: the lines of a key, the signature of a token (RFC 7515 §7.1), what a key or an
 * account has in its secret fields.
 */
export function secretParts(secret: string): readonly string[] {
  if (secret.startsWith("{")) return [secret, ...fieldsOf(secret).flatMap(secretParts)];
  if (/^\s*-----BEGIN /.test(secret)) return linesOf(secret);
  const lines = secret.includes("\n") ? secret.split(/\r?\n/).filter(isPart) : [];
  const signature = /^eyJ[\w-]+\.[\w-]*\.([\w-]{16,})$/.exec(secret)?.[1];
  return [secret, ...lines, ...(signature === undefined ? [] : [signature])];
}

/** The lines between the ends of a PEM text (RFC 7468 §2); a last one that is short goes with the one before. */
function linesOf(pem: string): readonly string[] {
  const lines = pem
    .trim()
    .split(/\s*\n\s*/)
    .filter((line) => !line.startsWith("-----"));
  const last = lines.at(-1) ?? "";
  return last.length < MIN_LENGTH ? [...lines.slice(0, -2), lines.slice(-2).join("\n")] : lines;
}

const isPart = (line: string): boolean => line.length >= MIN_LENGTH && !line.startsWith("-----");

function fieldsOf(text: string): readonly string[] {
  try {
    const fields = Object.entries(JSON.parse(text) as { readonly [name: string]: unknown });
    return fields.flatMap(([name, value]) => {
      const isLong = typeof value === "string" && value.length >= MIN_LENGTH && !/^https?:/.test(value);
      return isLong && (JWK.has(name) || isSecretField(name)) ? [value] : [];
    });
  } catch {
    return [];
  }
}
