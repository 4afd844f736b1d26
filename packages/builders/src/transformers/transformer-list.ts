import { date } from "./date/date.ts";
import { filter } from "./list/filter.ts";
import { limit } from "./list/limit.ts";
import { sort } from "./list/sort.ts";
import { unique } from "./list/unique.ts";
import { cast } from "./structure/cast.ts";
import { omit } from "./structure/omit.ts";
import { pick } from "./structure/pick.ts";
import { rename } from "./structure/rename.ts";
import { set } from "./structure/set.ts";
import { aggregate } from "./table/aggregate.ts";
import { group } from "./table/group.ts";
import { lookup } from "./table/lookup.ts";
import { join } from "./text/join.ts";
import { split } from "./text/split.ts";
import { template } from "./text/template.ts";
import type { Transformer } from "./transformer.ts";

/** Every transformer, in the order in which the builder offers them. */
export const TRANSFORMERS: readonly Transformer[] = Object.freeze([
  pick,
  omit,
  rename,
  set,
  cast,
  date,
  template,
  split,
  join,
  filter,
  sort,
  unique,
  limit,
  group,
  aggregate,
  lookup,
]);
