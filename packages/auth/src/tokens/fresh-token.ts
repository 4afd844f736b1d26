/** A token as an endpoint gave it, still in plaintext. */
export interface FreshToken {
  readonly token: string;
  /** Epoch ms. Absent: nobody said, so it is used until it is refused. */
  readonly endsAtMs?: number;
  /** Absent: none came; the one that was used stays. */
  readonly refreshToken?: string;
  /** End of the refresh token, epoch ms. Absent: nobody said. */
  readonly refreshEndsAtMs?: number;
  /** The scopes that were granted, apart by spaces. Absent: nobody said. */
  readonly scope?: string;
  /** Further fields of the credential that came along: `kept.<setting>`, `accessToken.<second>` and so on. Absent: none. */
  readonly fields?: { readonly [field: string]: string };
}

/** The fields of a credential that a new token brings beside the token, its refresh token and their ends. */
export function freshFields({ scope, fields }: FreshToken): { readonly [field: string]: string } {
  return { ...(scope === undefined ? {} : { scope }), ...fields };
}

/** The secrets among them, for redactors. */
export function freshSecrets({ token, refreshToken, fields = {} }: FreshToken): readonly string[] {
  const further = Object.entries(fields).flatMap(([name, value]) => (/^(?:access|refresh)Token\./.test(name) ? [value] : []));
  return [token, ...(refreshToken === undefined ? [] : [refreshToken]), ...further];
}
