import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconBraces,
  IconCalendarClock,
  IconChecklist,
  IconClock,
  IconCode,
  IconDatabase,
  IconFileText,
  IconFilter,
  IconHandClick,
  IconMail,
  IconOctagon,
  IconPlugConnected,
  IconRepeat,
  IconShieldHalf,
  IconStack2,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

type Look = { readonly icon: ComponentType<{ size?: number; stroke?: number }>; readonly hue: string };

/** Icons of the core steps and triggers, then by words that categories and connector names commonly hold. */
const CORE: { readonly [use: string]: Look } = {
  manual: { icon: IconHandClick, hue: "indigo" },
  webhook: { icon: IconWebhook, hue: "indigo" },
  schedule: { icon: IconCalendarClock, hue: "indigo" },
  "core/branch": { icon: IconArrowsSplit2, hue: "slate" },
  "core/for-each": { icon: IconRepeat, hue: "slate" },
  "core/try": { icon: IconShieldHalf, hue: "slate" },
  "core/wait": { icon: IconClock, hue: "slate" },
  "core/fail": { icon: IconOctagon, hue: "slate" },
  "core/map": { icon: IconBraces, hue: "slate" },
  "core/set": { icon: IconBraces, hue: "slate" },
  "core/filter": { icon: IconFilter, hue: "slate" },
  "core/split": { icon: IconArrowsSplit2, hue: "slate" },
  "core/aggregate": { icon: IconStack2, hue: "slate" },
  "core/merge": { icon: IconArrowsJoin2, hue: "slate" },
  "core/join": { icon: IconArrowsJoin2, hue: "slate" },
  "core/enrich": { icon: IconStack2, hue: "slate" },
  "core/code": { icon: IconCode, hue: "slate" },
  "core/switch": { icon: IconArrowsSplit2, hue: "slate" },
  "core/loop": { icon: IconRepeat, hue: "slate" },
  "core/while": { icon: IconRepeat, hue: "slate" },
  "core/retry": { icon: IconRepeat, hue: "slate" },
  "core/parallel": { icon: IconArrowsSplit2, hue: "slate" },
  "core/group": { icon: IconStack2, hue: "slate" },
  "core/sub-workflow": { icon: IconStack2, hue: "slate" },
  "core/respond": { icon: IconWebhook, hue: "slate" },
  "core/stop": { icon: IconOctagon, hue: "slate" },
  "core/break": { icon: IconOctagon, hue: "slate" },
  "core/log": { icon: IconFileText, hue: "slate" },
  "core/metric": { icon: IconChecklist, hue: "slate" },
  "core/validate": { icon: IconChecklist, hue: "slate" },
};

const WORDS: readonly (readonly [RegExp, Look])[] = [
  [/mail|smtp|message|sms|chat/i, { icon: IconMail, hue: "pink" }],
  [/sql|postgres|database|storage|warehouse/i, { icon: IconDatabase, hue: "blue" }],
  [/file|csv|sheet|document/i, { icon: IconFileText, hue: "green" }],
  [/http|rest|web|api/i, { icon: IconWorld, hue: "violet" }],
];

function lookOf(use: string): Look {
  const known = CORE[use];
  if (known) return known;
  return WORDS.find(([words]) => words.test(use))?.[1] ?? { icon: IconPlugConnected, hue: "teal" };
}

/** The icon of a connector, a core step or a trigger, the only place that carries a connector's colour. */
export function Tile({ use, size = 40 }: { readonly use: string; readonly size?: number }) {
  const { icon: Icon, hue } = lookOf(use.startsWith("core/") ? use : (use.split(/[@/]/)[0] ?? use));
  return (
    <span className="tile" data-hue={hue} style={{ width: size, height: size }} aria-hidden>
      <Icon size={Math.round(size * 0.55)} stroke={1.75} />
    </span>
  );
}
