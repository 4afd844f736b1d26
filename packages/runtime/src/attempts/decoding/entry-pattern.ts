import { linearPattern } from "@mortise/builders";
import { MortiseError } from "@mortise/contract";

/** Whether paths match a pattern: `*` stands for anything but a slash, `**` for anything, `?` for one character; case counts. */
export function entryPattern(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll(/\*{2,}\/?|\*|\?|[\\^$.+()[\]{}|]/g, (found) => {
    if (found.startsWith("**")) return found.endsWith("/") ? "(?:.*/)?" : ".*";
    if (found === "*") return "[^/]*";
    return found === "?" ? "[^/]" : `\\${found}`;
  });
  const compiled = linearPattern(`(?s)^${source}$`);
  if (typeof compiled !== "string") return compiled.test;
  throw new MortiseError("MISCONFIGURED", `The pattern ${JSON.stringify(pattern)} for entries of an archive is not usable.`);
}
