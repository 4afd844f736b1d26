import type { Diagnostic, Waiver } from "@mortise/contract";
import type { Change } from "../change.ts";

/** Changes with who answers for them, and what is wrong with waivers. */
export interface Waived {
  readonly changes: readonly Change[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Marks the changes that a waiver covers. A waiver that has expired covers nothing, and is reported. */
export function waive(changes: readonly Change[], waivers: readonly Waiver[], today: string | undefined): Waived {
  const diagnostics: Diagnostic[] = [];
  const holding = waivers.filter((waiver, index) => {
    const covered = changes.filter((change) => isCovered(change, waiver));
    if (covered.length === 0) return false;
    if (today !== undefined && waiver.expires >= today) return true;
    diagnostics.push({
      code: "WAIVER_EXPIRED",
      severity: "warning",
      path: `/waivers/${index}`,
      message:
        today === undefined
          ? `The waiver of ${waiver.check} by ${waiver.owner} cannot be judged: no day was given to judge it by.`
          : `The waiver of ${waiver.check} by ${waiver.owner} expired on ${waiver.expires}; today is ${today}. It covers nothing any more.`,
      fix: { title: "Mend what it covered, or renew it with a reason." },
    });
    return false;
  });
  const marked = changes.map((change) => {
    const waiver = holding.find((each) => isCovered(change, each));
    return waiver === undefined
      ? change
      : { ...change, waived: { owner: waiver.owner, reason: waiver.reason, expires: waiver.expires } };
  });
  return { changes: marked, diagnostics };
}

function isCovered({ id, path }: Change, { check, path: at }: Waiver): boolean {
  return check === id && (at === undefined || path === at || path.startsWith(`${at}/`));
}
