import type { MortiseError } from "@mortise/contract";
import type { Secret } from "../credential/secret.ts";
import type { PlainCredential } from "./credential-store.ts";

/** What is known of one holder's token. */
export interface HeldToken {
  token: Secret | undefined;
  /** Epoch ms after which it must not be used. Undefined: nobody knows. */
  endsAtMs: number | undefined;
  /** Epoch ms from which a new one is fetched. */
  renewAtMs: number | undefined;
  generation: number;
  /** The whole credential as it is now, with the refresh token that goes next. */
  credential: PlainCredential;
  /** What is stored, where the store has not been told of `credential` yet. */
  unsaved: PlainCredential | undefined;
  /** The token was fetched in place of a refused one, then. Epoch ms. */
  replacedAtMs: number | undefined;
  /** The other side said no for good; until then it is not asked again. */
  denial: { readonly error: MortiseError; readonly untilMs: number } | undefined;
  /** The fetch in progress. */
  flight: Promise<void> | undefined;
  /** Its refresh token is stored nowhere else. */
  isOnlyHere: boolean;
  /** What it is found by, the first one first. */
  readonly keys: string[];
  /** Tokens that redactors must know, the newest last. */
  readonly secrets: string[];
}
