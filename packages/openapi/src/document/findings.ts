import type { Diagnostic, ErrorCode, Severity } from "@mortise/contract";
import type { Place } from "./place.ts";

/** Everything that an import has to say, each thing once. */
export interface Findings {
  /** `place` names where; the line is worked out at the end. */
  add(severity: Severity, code: ErrorCode, place: Place, message: string, fix?: string): void;
  /** What a reader found; already placed. */
  addAll(diagnostics: readonly Diagnostic[]): void;
  list(): readonly Diagnostic[];
}

/** More of one code than this are counted, not listed. */
const MAX_EACH = 500;

/** Collects diagnostics. The same message at the same place counts once; of one code at most 500 are listed. */
export function createFindings(): Findings {
  const found = new Map<string, () => Diagnostic>();
  const counts = new Map<string, number>();
  return {
    add(severity, code, place, message, fix) {
      const key = `${code} ${place.file.name} ${place.pointer} ${message}`;
      if (found.has(key)) return;
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      if (count > MAX_EACH) return;
      found.set(key, () => ({
        code,
        severity,
        path: place.pointer,
        line: place.file.lineOf(place.pointer),
        message,
        ...(fix === undefined ? {} : { fix: { title: fix } }),
        file: place.file.name,
      }));
    },
    addAll(diagnostics) {
      for (const each of diagnostics)
        found.set(`${each.code} ${each.file} ${each.path} ${each.line} ${each.message}`, () => each);
    },
    list() {
      const listed = [...found.values()].map((make) => make());
      const more = [...counts].filter(([, count]) => count > MAX_EACH);
      return [
        ...listed,
        ...more.map(
          ([code, count]): Diagnostic => ({
            code,
            severity: "info",
            path: "",
            message: `${count - MAX_EACH} more findings of the code ${code} are not listed.`,
          }),
        ),
      ];
    },
  };
}
