import { defineCheck, type Finding } from "../check.ts";
import { exampleLeaves } from "../walk/example-leaves.ts";
import { wordsOf } from "../walk/field-words.ts";
import type { Field } from "../walk/fields.ts";

export const dateTimes = defineCheck({
  id: "MC020",
  name: "date-times",
  severity: "certification",
  title: "Points in time are RFC 3339 with a zone, and their schema says so.",
  why: "`2026-03-01 09:00` is another moment in every office; sorting, filtering and date cursors go wrong by hours.",
  reading:
    "Looks at texts that come out: a field named like a point in time (`…At`, `…DateTime`, `timestamp`) needs a `format` or a `pattern`; a sample that looks like a date with a time needs a zone, unless it is declared as something else.",
  autofix: 'Adds `"format": "date-time"`.',
  bad: {
    contract: {
      operations: { createContact: { output: { properties: { createdAt: { format: null } } } } },
    },
  },
  good: {
    contract: {
      operations: { createContact: { output: { properties: { createdAt: { format: "date-time" } } } } },
    },
  },
  run: (context) => [
    ...context.outputs().flatMap(formatFaults),
    ...exampleLeaves(context.contract).flatMap(({ path, value }): readonly Finding[] =>
      NO_ZONE.test(value)
        ? [{ code: "INVALID_EXAMPLE", path, message: `${JSON.stringify(value)} is a date and time without a zone (RFC 3339 §4)` }]
        : [],
    ),
  ],
});

const NO_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const MOMENTS: ReadonlySet<string> = new Set(["at", "datetime", "timestamp"]);

function formatFaults({ name, path, schema }: Field): readonly Finding[] {
  const words = wordsOf(name);
  const isMoment = (words.length > 1 && MOMENTS.has(words.at(-1) ?? "")) || name.toLowerCase() === "timestamp";
  const isText = [schema.type ?? []].flat().includes("string");
  if (!isMoment || !isText || schema.format !== undefined || schema.pattern !== undefined || schema.enum !== undefined) return [];
  const fix = {
    title: 'Add "format": "date-time".',
    patch: [{ op: "add" as const, path: `${path}/format`, value: "date-time" }],
  };
  return [
    {
      code: "MISSING_KEY",
      path: `${path}/format`,
      message: 'is missing on a point in time: "date-time", or what it is instead',
      fix,
    },
  ];
}
