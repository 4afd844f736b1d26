import type { Diagnostic, Waiver } from "@mortise/contract";
import type { LintSubject } from "./lint-context.ts";

/** A finding that somebody answers for, and who. */
export interface Waived {
  readonly diagnostic: Diagnostic;
  readonly waiver: Waiver;
}

/**
 * Takes out of the findings what a waiver covers. What blocks loading stays, as do findings whose waiver has expired; an expired waiver
 * and one that covers nothing are findings themselves. Ids of changes (`output-field-removed`) are waived by the comparison of versions.
 */
export function applyWaivers(
  waivers: readonly Waiver[],
  found: readonly Diagnostic[],
  { today, previous }: Pick<LintSubject, "today" | "previous">,
  keepsFromLoading: (diagnostic: Diagnostic) => boolean,
): { readonly kept: readonly Diagnostic[]; readonly waived: readonly Waived[] } {
  const used = new Set<Waiver>();
  const waived: Waived[] = [];
  const kept = found.filter((diagnostic) => {
    const waiver = waivers.find((each) => covers(each, diagnostic) && each.expires >= today);
    if (waiver === undefined || keepsFromLoading(diagnostic)) return true;
    used.add(waiver);
    waived.push({ diagnostic, waiver });
    return false;
  });
  const own = waivers.flatMap((waiver, index) => {
    const path = `/waivers/${index}`;
    const remove = { title: "Remove it.", patch: [{ op: "remove" as const, path }] };
    if (waiver.expires < today) {
      const message = `waivers[${index}]: expired on ${waiver.expires}; mend ${waiver.check}, or ask ${waiver.owner} for a new one`;
      return [{ code: "INVALID_VALUE", severity: "error" as const, path, message, fix: remove }];
    }
    const isChange = !/^MC\d{3}$/.test(waiver.check);
    if (used.has(waiver) || (isChange && previous === undefined)) return [];
    const blocked = found.some((each) => covers(waiver, each));
    if (isChange) return [];
    const message = blocked
      ? `waivers[${index}]: ${waiver.check} at this place keeps the connector from loading, which nobody can waive`
      : `waivers[${index}]: covers nothing: ${waiver.check} finds no fault${waiver.path === undefined ? "" : ` at ${waiver.path}`}`;
    return [{ code: "INVALID_VALUE", severity: blocked ? ("error" as const) : ("warning" as const), path, message, fix: remove }];
  });
  return { kept: [...kept, ...own], waived };
}

function covers({ check, path }: Waiver, diagnostic: Diagnostic): boolean {
  if (check !== diagnostic.check) return false;
  return path === undefined || diagnostic.path === path || diagnostic.path.startsWith(`${path}/`);
}
