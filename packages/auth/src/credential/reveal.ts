import { MortiseError } from "@mortise/contract";
import type { Credential } from "./credential.ts";

/** The plaintext of a field that must be there. Throws `AUTH_FAILED` where it is missing or empty. */
export function reveal(credential: Credential, name: string): string {
  const value = credential[name]?.reveal();
  if (value !== undefined && value !== "") return value;
  throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
}

/** All fields in plaintext, for the values of a contract that see `credential`. */
export function revealAll(credential: Credential): { readonly [field: string]: string } {
  return Object.fromEntries(Object.entries(credential).map(([name, secret]) => [name, secret.reveal()]));
}
