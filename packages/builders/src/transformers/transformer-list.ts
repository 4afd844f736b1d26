import { businessDays } from "./date/business-days.ts";
import { date } from "./date/date.ts";
import { dateDiff } from "./date/date-diff.ts";
import { dateParts } from "./date/date-parts.ts";
import { dateSeries } from "./date/date-series.ts";
import { formatCsv } from "./format/format-csv.ts";
import { formatJson } from "./format/format-json.ts";
import { formatQuery } from "./format/format-query.ts";
import { formatXml } from "./format/format-xml.ts";
import { formatYaml } from "./format/format-yaml.ts";
import { parseCsv } from "./format/parse-csv.ts";
import { parseEmail } from "./format/parse-email.ts";
import { parseJson } from "./format/parse-json.ts";
import { parseQuery } from "./format/parse-query.ts";
import { parseUrl } from "./format/parse-url.ts";
import { parseXml } from "./format/parse-xml.ts";
import { parseYaml } from "./format/parse-yaml.ts";
import { phone } from "./format/phone.ts";
import { boundingBox } from "./geo/bounding-box.ts";
import { distance } from "./geo/distance.ts";
import { geohash } from "./geo/geohash.ts";
import { parseGeohash } from "./geo/parse-geohash.ts";
import { within } from "./geo/within.ts";
import { chunk } from "./list/chunk.ts";
import { difference } from "./list/difference.ts";
import { distinct } from "./list/distinct.ts";
import { filter } from "./list/filter.ts";
import { flattenList } from "./list/flatten-list.ts";
import { intersect } from "./list/intersect.ts";
import { limit } from "./list/limit.ts";
import { reverse } from "./list/reverse.ts";
import { slice } from "./list/slice.ts";
import { sort } from "./list/sort.ts";
import { union } from "./list/union.ts";
import { unique } from "./list/unique.ts";
import { zip } from "./list/zip.ts";
import { allocate } from "./money/allocate.ts";
import { convertMoney } from "./money/convert-money.ts";
import { formatMoney } from "./money/format-money.ts";
import { minorUnits } from "./money/minor-units.ts";
import { parseMoney } from "./money/parse-money.ts";
import { roundMoney } from "./money/round-money.ts";
import { bucket } from "./number/bucket.ts";
import { clamp } from "./number/clamp.ts";
import { formatNumber } from "./number/format-number.ts";
import { parseNumber } from "./number/parse-number.ts";
import { ratio } from "./number/ratio.ts";
import { round } from "./number/round.ts";
import { scale } from "./number/scale.ts";
import { sum } from "./number/sum.ts";
import { hash } from "./privacy/hash.ts";
import { mask } from "./privacy/mask.ts";
import { tokenize } from "./privacy/tokenize.ts";
import { cast } from "./structure/cast.ts";
import { coalesce } from "./structure/coalesce.ts";
import { compact } from "./structure/compact.ts";
import { defaults } from "./structure/defaults.ts";
import { entries } from "./structure/entries.ts";
import { explode } from "./structure/explode.ts";
import { flatten } from "./structure/flatten.ts";
import { fromEntries } from "./structure/from-entries.ts";
import { keys } from "./structure/keys.ts";
import { mapValues } from "./structure/map-values.ts";
import { merge } from "./structure/merge.ts";
import { nest } from "./structure/nest.ts";
import { omit } from "./structure/omit.ts";
import { pick } from "./structure/pick.ts";
import { rename } from "./structure/rename.ts";
import { set } from "./structure/set.ts";
import { toList } from "./structure/to-list.ts";
import { unflatten } from "./structure/unflatten.ts";
import { unnest } from "./structure/unnest.ts";
import { values } from "./structure/values.ts";
import { aggregate } from "./table/aggregate.ts";
import { fillDown } from "./table/fill-down.ts";
import { group } from "./table/group.ts";
import { joinRows } from "./table/join-rows.ts";
import { lookup } from "./table/lookup.ts";
import { pivot } from "./table/pivot.ts";
import { rank } from "./table/rank.ts";
import { runningTotal } from "./table/running-total.ts";
import { top } from "./table/top.ts";
import { unpivot } from "./table/unpivot.ts";
import { window } from "./table/window.ts";
import { changeCase } from "./text/change-case.ts";
import { decode } from "./text/decode.ts";
import { encode } from "./text/encode.ts";
import { extract } from "./text/extract.ts";
import { join } from "./text/join.ts";
import { normalize } from "./text/normalize.ts";
import { pad } from "./text/pad.ts";
import { replace } from "./text/replace.ts";
import { slug } from "./text/slug.ts";
import { split } from "./text/split.ts";
import { template } from "./text/template.ts";
import { trim } from "./text/trim.ts";
import { truncate } from "./text/truncate.ts";
import type { Transformer } from "./transformer.ts";

/** Every transformer, in the order in which the builder offers them. */
export const TRANSFORMERS: readonly Transformer[] = Object.freeze([
  pick,
  omit,
  rename,
  set,
  cast,
  defaults,
  compact,
  merge,
  nest,
  unnest,
  flatten,
  unflatten,
  explode,
  keys,
  values,
  entries,
  fromEntries,
  toList,
  coalesce,
  mapValues,
  template,
  split,
  join,
  changeCase,
  trim,
  replace,
  pad,
  slug,
  extract,
  truncate,
  normalize,
  encode,
  decode,
  round,
  clamp,
  scale,
  sum,
  ratio,
  bucket,
  parseNumber,
  formatNumber,
  parseMoney,
  formatMoney,
  roundMoney,
  convertMoney,
  allocate,
  minorUnits,
  date,
  dateDiff,
  dateParts,
  dateSeries,
  businessDays,
  filter,
  sort,
  unique,
  limit,
  slice,
  chunk,
  reverse,
  zip,
  flattenList,
  distinct,
  difference,
  intersect,
  union,
  group,
  aggregate,
  lookup,
  joinRows,
  pivot,
  unpivot,
  top,
  rank,
  runningTotal,
  window,
  fillDown,
  parseCsv,
  formatCsv,
  parseJson,
  formatJson,
  parseXml,
  formatXml,
  parseYaml,
  formatYaml,
  parseQuery,
  formatQuery,
  parseUrl,
  parseEmail,
  phone,
  hash,
  tokenize,
  mask,
  distance,
  geohash,
  parseGeohash,
  boundingBox,
  within,
]);
