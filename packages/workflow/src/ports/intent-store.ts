/**
 * Remembers that a write without a safe repeat passed its commit point, so that after a crash its outcome is called unknown
 * instead of being sent again.
 */
export interface IntentStore {
  /** Records the commit point durably. Returns false when it was recorded before: an earlier attempt may have taken effect. */
  commit(idempotencyKey: string): Promise<boolean>;
  /** Whether the commit point was passed. */
  committed(idempotencyKey: string): Promise<boolean>;
  /** Forgets the commit point: the other side refused the write, or a person decided to run it again. */
  clear(idempotencyKey: string): Promise<void>;
}
