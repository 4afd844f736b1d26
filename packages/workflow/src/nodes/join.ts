import { elementOf, unionOf } from "@mortise/builders";
import { type Json, MortiseError } from "@mortise/contract";
import { canonicalJson } from "../model/canonical-json.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { listOf, perItem } from "./per-item.ts";
import { COUNT, exactly } from "./schemas.ts";

const MOST_ROWS = 100_000;
const NULL = { type: "null" } as const;

/** Brings the items of two lists together that have the same key. */
export const join: CoreNode = {
  spec: {
    use: "core/join",
    title: "Join",
    description: "Pairs the items of two lists that have the same key, as a database does. A key that is null matches nothing.",
    group: "data",
    params: {
      type: "object",
      properties: {
        left: computed({ type: "array", title: "Left list", "x-order": 1 }),
        right: computed({ type: "array", title: "Right list", "x-order": 2 }),
        leftKey: computed({ title: "Key on the left", description: "Sees item and index.", "x-order": 3 }),
        rightKey: computed({ title: "Key on the right", description: "Sees item and index.", "x-order": 4 }),
        keep: {
          type: "string",
          title: "Keep",
          description: "inner: pairs only. left, right: also what has no partner on that side. full: everything.",
          enum: ["inner", "left", "right", "full"],
          default: "inner",
          "x-order": 5,
        },
      },
      required: ["left", "right", "leftKey", "rightKey"],
      additionalProperties: false,
    },
  },

  values: () => [
    { path: ["left"], expects: { type: "array" } },
    { path: ["right"], expects: { type: "array" } },
    { path: ["leftKey"], expects: true, sees: perItem("left") },
    { path: ["rightKey"], expects: true, sees: perItem("right") },
  ],

  output: ({ keep = "inner" }, types) => {
    const left = elementOf(types.of("left"));
    const right = elementOf(types.of("right"));
    const row = exactly({
      left: keep === "right" || keep === "full" ? unionOf([left, NULL]) : left,
      right: keep === "left" || keep === "full" ? unionOf([right, NULL]) : right,
    });
    return exactly({ rows: { type: "array", items: row }, count: COUNT, unmatchedLeft: COUNT, unmatchedRight: COUNT });
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const lists = { left: params.value("left"), right: params.value("right") };
      const keys = { left: params.value("leftKey"), right: params.value("rightKey") };
      const { keep = "inner" } = params.with;
      return (scope) => {
        const keyed = (side: "left" | "right") =>
          listOf(lists[side].evaluate(scope), side).map((item, index) => {
            const key = keys[side].evaluate({ ...scope, item, index });
            return { item, key: key === null ? undefined : canonicalJson(key) };
          });
        return { output: pair(keyed("left"), keyed("right"), String(keep)) };
      };
    },
  },
};

interface Keyed {
  readonly item: Json;
  /** Undefined: matches nothing. */
  readonly key: string | undefined;
}

function pair(left: readonly Keyed[], right: readonly Keyed[], keep: string): Json {
  const byKey = new Map<string, Keyed[]>();
  for (const each of right) {
    if (each.key === undefined) continue;
    const same = byKey.get(each.key);
    if (same) same.push(each);
    else byKey.set(each.key, [each]);
  }
  const rows: { left: Json; right: Json }[] = [];
  const matched = new Set<Keyed>();
  let unmatchedLeft = 0;
  for (const { item, key } of left) {
    const partners = key === undefined ? [] : (byKey.get(key) ?? []);
    if (partners.length === 0) {
      unmatchedLeft++;
      if (keep === "left" || keep === "full") rows.push({ left: item, right: null });
    }
    for (const partner of partners) {
      matched.add(partner);
      rows.push({ left: item, right: partner.item });
    }
    if (rows.length > MOST_ROWS) throw new MortiseError("LIMIT_EXCEEDED", `The join makes more than ${MOST_ROWS} rows.`);
  }
  const alone = right.filter((each) => !matched.has(each));
  if (keep === "right" || keep === "full") for (const { item } of alone) rows.push({ left: null, right: item });
  return { rows, count: rows.length, unmatchedLeft, unmatchedRight: alone.length };
}
