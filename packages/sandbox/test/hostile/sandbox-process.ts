import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What the sandbox's process of this process takes. */
export interface ProcessUse {
  readonly rssBytes: number;
  readonly files: number;
  readonly threads: number;
}

const PAGE = 4_096;

/** Looks into `/proc` (Linux) for the process that runs guests; undefined where there is none to be seen. */
export function sandboxProcess(): ProcessUse | undefined {
  if (!existsSync("/proc/self/statm")) return undefined;
  const pid = descendants(process.pid).find((each) => read(`/proc/${each}/cmdline`).split("\0")[0]?.endsWith("node") === true);
  if (pid === undefined || !read(`/proc/${pid}/cmdline`).includes("process-main.ts")) return undefined;
  const [, resident = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return { rssBytes: Number(resident) * PAGE, files: count(`/proc/${pid}/fd`), threads: count(`/proc/${pid}/task`) };
}

function descendants(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : "";
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function count(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
