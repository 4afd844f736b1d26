import fc from "fast-check";
import { encodings } from "./packs/encodings.ts";
import { forms } from "./packs/forms.ts";
import { hooks } from "./packs/hooks.ts";
import { jobs } from "./packs/jobs.ts";
import { lists } from "./packs/lists.ts";
import type { Pack } from "./packs/pack.ts";
import { styles } from "./packs/styles.ts";
import { writes } from "./packs/writes.ts";

/** Some packs, each of them once at most. */
export const anyPacks: fc.Arbitrary<readonly Pack[]> = fc
  .tuple(...[jobs, lists, writes, encodings, styles, forms, hooks].map((pack) => fc.option(pack, { freq: 2 })))
  .map((packs) => packs.filter((pack) => pack !== null));
