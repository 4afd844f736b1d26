import { type Contract, joinPointer, type OAuth2Scheme, type SingleAuthScheme } from "@mortise/contract";

/** One way to prove who a connection is, with its place. */
export interface PlacedScheme {
  /** Id under which the contract has it. */
  readonly id: string;
  readonly path: string;
  readonly scheme: SingleAuthScheme;
}

/** Every scheme of a contract, those inside of `all` one by one. */
export function singleSchemes({ auth }: Contract): readonly PlacedScheme[] {
  return Object.entries(auth).flatMap(([id, scheme]): readonly PlacedScheme[] =>
    scheme.kind === "all"
      ? scheme.of.map((one, index) => ({ id, path: joinPointer("auth", id, "of", index), scheme: one }))
      : [{ id, path: joinPointer("auth", id), scheme }],
  );
}

/** Those that are OAuth 2.0. */
export function oauthSchemes(contract: Contract) {
  return singleSchemes(contract).flatMap(({ id, path, scheme }) =>
    scheme.kind === "oauth2" ? [{ id, path, scheme: scheme satisfies OAuth2Scheme }] : [],
  );
}
