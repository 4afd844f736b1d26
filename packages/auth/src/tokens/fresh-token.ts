/** A token as an endpoint gave it, still in plaintext. */
export interface FreshToken {
  readonly token: string;
  /** Epoch ms. Absent: nobody said, so it is used until it is refused. */
  readonly endsAtMs?: number;
  /** Absent: none came; the one that was used stays. */
  readonly refreshToken?: string;
}
