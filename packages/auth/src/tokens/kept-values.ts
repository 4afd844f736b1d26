import { getPointer, type Json, type KeptValue, keptField, MortiseError } from "@mortise/contract";

/** What there is to keep from. */
export interface KeptSources {
  readonly redirect?: (name: string) => string | undefined;
  readonly body?: Json;
  /** Names in lower case. */
  readonly headers?: { readonly [name: string]: string };
}

type Settings = { readonly [name: string]: Json };

/**
 * The fields of a credential that hold what connecting tells (`kept.<setting>`), as texts. Whether they fit is for the settings' schemas
 * to say, before they are used. Throws `AUTH_FAILED` where one that connecting needs is not in its source, nor in the settings.
 */
export function keptValues(
  keep: readonly KeptValue[] | undefined,
  sources: KeptSources,
  settings: Settings,
): { readonly [field: string]: string } {
  const kept = (keep ?? []).flatMap(({ setting, from, required }) => {
    const source = "redirect" in from ? sources.redirect : "body" in from ? sources.body : sources.headers;
    if (source === undefined) return [];
    const text = textFrom(from, sources);
    if (text !== undefined) return [[keptField(setting), text] as const];
    if (required !== true || (settings[setting] ?? "") !== "") return [];
    throw new MortiseError(
      "AUTH_FAILED",
      `The other side did not say ${placeOf(from)}, which is needed as the setting ${setting}.`,
      {
        path: `/settings/${setting}`,
        remedy: "Connect again; where that does not help, the contract looks for it in the wrong place.",
      },
    );
  });
  return Object.fromEntries(kept);
}

function textFrom(from: KeptValue["from"], { redirect, body, headers }: KeptSources): string | undefined {
  const found =
    "redirect" in from
      ? redirect?.(from.redirect)
      : "body" in from
        ? getPointer(body, from.body)
        : headers?.[from.header.toLowerCase()];
  if (found === undefined || found === null || found === "") return undefined;
  return typeof found === "string" ? found : JSON.stringify(found);
}

function placeOf(from: KeptValue["from"]): string {
  if ("redirect" in from) return `${from.redirect} as it sent the browser back`;
  return "body" in from ? `${from.body} beside the token` : `the header ${from.header} beside the token`;
}
