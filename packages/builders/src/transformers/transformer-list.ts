import { aggregate } from "./aggregate.ts";
import { cast } from "./cast.ts";
import { date } from "./date.ts";
import { filter } from "./filter.ts";
import { group } from "./group.ts";
import { join } from "./join.ts";
import { limit } from "./limit.ts";
import { lookup } from "./lookup.ts";
import { omit } from "./omit.ts";
import { pick } from "./pick.ts";
import { rename } from "./rename.ts";
import { set } from "./set.ts";
import { sort } from "./sort.ts";
import { split } from "./split.ts";
import { template } from "./template.ts";
import type { Transformer } from "./transformer.ts";
import { unique } from "./unique.ts";

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
