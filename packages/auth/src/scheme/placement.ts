import { type CompiledValue, compileValue, type Scope } from "@mortise/builders";
import type { Json, Placement } from "@mortise/contract";
import { placeSecret } from "./place-secret.ts";
import type { AuthorizedDraft } from "./request-draft.ts";

/** Puts values into places; `usual` goes into those without a value of their own. Throws `AUTH_FAILED` for what a header cannot carry. */
export type PlacementFiller = (draft: AuthorizedDraft, scope: Scope, usual: string | undefined) => AuthorizedDraft;

/** Places, ready to be filled. */
export interface CompiledPlacements {
  readonly fill: PlacementFiller;
  /** Variables that their values read. */
  readonly reads: readonly string[];
}

const SECRETS: ReadonlySet<string> = new Set(["credential", "token", "signature"]);

/**
 * Compiles places. What holds something of a credential, a token or a signature is a secret; a value that comes to null is left out. `usual`
 * says what a place without a value takes.
 */
export function compilePlacements(places: readonly Placement[], usual: "token" | "signature"): CompiledPlacements {
  const all = places.map((placement) => {
    const value = placement.value === undefined ? undefined : compileValue(placement.value);
    const reads = value === undefined ? [usual] : readsOf(value);
    return { placement, value, reads, isSecret: reads.some((name) => SECRETS.has(name)) };
  });
  return {
    reads: all.flatMap(({ reads }) => reads),
    fill: (draft, scope, own) =>
      all.reduce((done, { placement, value, isSecret }) => {
        const text = value === undefined ? own : textOf(value.evaluate(scope));
        if (text === undefined) return done;
        return placeSecret(
          done,
          { ...placement, name: filled(placement.name, scope.settings as Json | undefined) },
          text,
          isSecret,
        );
      }, draft),
  };
}

/** Variables that a value reads. */
export const readsOf = ({ reads }: CompiledValue): readonly string[] => reads.flatMap(([name]) => name ?? []);

/** A value as the text that a request carries. Undefined: nothing. */
export function textOf(value: Json): string | undefined {
  if (value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Fills `{settings.x}` holes; what is not set comes to nothing. */
export function filled(text: string, settings: Json | undefined): string {
  const known = (settings ?? {}) as { readonly [name: string]: Json };
  return text.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) =>
    Object.hasOwn(known, name) ? (textOf(known[name] ?? null) ?? "") : "",
  );
}
