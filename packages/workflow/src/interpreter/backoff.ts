/** How long to wait between attempts. */
export interface Backoff {
  /** Before the second attempt, ms. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Any time up to the computed one, rather than exactly that one. */
  readonly jitter: boolean;
}

/**
 * Time to wait after an attempt, ms: doubled with each, up to the longest. The jitter is drawn from the name of what is tried, so that
 * every replay waits as long, and no two runs wait alike.
 */
export function backoff({ firstMs, longestMs, jitter }: Backoff, name: string, attempt: number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
  return Math.round(jitter ? fullMs * fractionOf(`${name}#${attempt}`) : fullMs);
}

/** A number from 0 to 1 that a text always has (FNV-1a, 32 bits, mixed once more as its last characters move few bits). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
