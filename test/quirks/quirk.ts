import type { Json, SingleAuthScheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { openProvider, type Provider, type ProviderOptions } from "./provider.ts";
import { QUIRKS } from "./quirks.ts";

/** Opens a provider; what its scheme says counts for the quirk. */
export type Open = (scheme: SingleAuthScheme, options?: ProviderOptions) => Promise<Provider>;

/**
 * One scenario of one quirk, by its number in `QUIRKS`. It fails where no scheme that it opens says any of the quirk's keys, so that the table
 * that is made of these calls cannot name a test that is about something else.
 */
export function quirk(number: number, title: string, run: (open: Open) => Promise<void>): void {
  test(`quirk ${number}: ${title}`, async () => {
    const opened: SingleAuthScheme[] = [];
    await run((scheme, options) => {
      opened.push(scheme);
      return openProvider(scheme, options);
    });
    const { keys = [] } = QUIRKS[number] ?? {};
    const said = keys.filter((key) => opened.some((scheme) => says(scheme as unknown as Json, key.split("."))));
    expect(said, `none of ${keys.join(", ")} is said by the schemes of this test`).not.toEqual([]);
  });
}

function says(value: Json | undefined, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((each: Json) => says(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return value !== undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
  return says((value as { readonly [key: string]: Json })[name], rest);
}
