import { resolve } from "node:path";
import { type Diagnostic, nearest } from "@mortise/contract";
import type { FlagOptions, KillListOptions } from "@mortise/runtime";

/** Where a list that acts on all processes of the deployment is kept: each reads it by itself. */
export interface ListSettings {
  /** Beside the configuration, where it is relative. */
  readonly file?: string;
  /** The egress policy holds for it. */
  readonly url?: string;
  /** Pause between two readings, ms, from 1,000 to 50,000. Absent: 15,000. */
  readonly everyMs?: number;
}

/** The kill list's settings. */
export interface KillListSettings extends ListSettings {
  /** Until the list could be read once. Absent: `run`. */
  readonly whileUnread?: "run" | "refuse";
}

const NAMES = ["everyMs", "file", "url"] as const;

/** What is wrong with `killList`. */
export function killListFaults(value: unknown): readonly Diagnostic[] {
  const faults = listFaults("/killList", value, [...NAMES, "whileUnread"]);
  const unread = isObject(value) ? value.whileUnread : undefined;
  if (unread === undefined || unread === "run" || unread === "refuse") return faults;
  return [...faults, fault("/killList/whileUnread", 'expected "run" or "refuse"')];
}

/** What is wrong with `flags`. */
export const flagFaults = (value: unknown): readonly Diagnostic[] => listFaults("/flags", value, NAMES);

/** What the runtime is given for a kill list. */
export function readKillList(settings: KillListSettings, folder: string): KillListOptions {
  const { whileUnread } = settings;
  return { ...(readList(settings, folder) as KillListOptions), ...(whileUnread === undefined ? {} : { whileUnread }) };
}

/** What the runtime is given for flags. */
export const readFlags = (settings: ListSettings, folder: string): FlagOptions => readList(settings, folder) as FlagOptions;

function readList({ file, url, everyMs }: ListSettings, folder: string): { readonly source: object; readonly everyMs?: number } {
  const source = url === undefined ? { file: resolve(folder, file ?? "") } : { url };
  return { source, ...(everyMs === undefined ? {} : { everyMs }) };
}

function listFaults(path: string, value: unknown, names: readonly string[]): readonly Diagnostic[] {
  if (!isObject(value)) return [fault(path, 'expected { "file": "…" } or { "url": "https://…" }')];
  const faults: Diagnostic[] = [];
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue;
    const meant = nearest(key, [...names]);
    faults.push(fault(`${path}/${key}`, `"${key}" is not a key here${meant ? `; did you mean "${meant}"?` : ""}`));
  }
  const { file, url, everyMs } = value;
  if ((file === undefined) === (url === undefined)) faults.push(fault(path, "expected either a file or a url"));
  if (file !== undefined && (typeof file !== "string" || file === "")) faults.push(fault(`${path}/file`, "expected a path"));
  if (url !== undefined && !(typeof url === "string" && /^https?:$/.test(URL.parse(url)?.protocol ?? "")))
    faults.push(fault(`${path}/url`, 'expected "https://…"'));
  if (everyMs !== undefined && !(typeof everyMs === "number" && everyMs >= 1_000 && everyMs <= 50_000))
    faults.push(fault(`${path}/everyMs`, "expected a number from 1000 to 50000"));
  return faults;
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fault = (path: string, message: string): Diagnostic => ({ code: "INVALID_VALUE", severity: "error", path, message });
