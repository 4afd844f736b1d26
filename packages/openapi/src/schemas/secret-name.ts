const SECRET =
  /^(.*[_-])?(password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|(access|auth|bearer|refresh)[_-]?token|token)$/i;
const PLAIN_TOKEN =
  /(page|paging|next|previous|prev|continuation|cursor|sync|delta|list|upload[_-]?part|resume|idempotency|client)[_-]?token$/i;

/** Whether a field of that name holds a secret: `true`, `false` for what only looks like one, undefined for any other name. */
export function secretByName(name: string): boolean | undefined {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
  if (!SECRET.test(words)) return undefined;
  return !PLAIN_TOKEN.test(words);
}
