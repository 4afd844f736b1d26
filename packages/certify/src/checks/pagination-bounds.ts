import { joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const paginationBounds = defineCheck({
  id: "MC033",
  name: "pagination-bounds",
  severity: "warning",
  title: "A list that has pages has a bound that fits it.",
  why: "A vendor that gives the same cursor twice makes a list without end; a bound turns that into an error instead of a bill.",
  reading: "Without `maxPages` and `maxItems` the runtime stops at 10,000 pages; the author knows better what is plausible.",
  autofix: "Adds `maxPages: 1000`.",
  bad: { contract: { operations: { listContacts: { pagination: { maxPages: null } } } } },
  good: { contract: { operations: { listContacts: { pagination: { maxPages: null, maxItems: 50_000 } } } } },
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, { pagination }]): readonly Finding[] => {
      if (pagination === undefined) return [];
      const { maxPages, maxItems } = pagination;
      const path = joinPointer("operations", name, "pagination", "maxPages");
      if (maxPages === undefined && maxItems === undefined) {
        const fix = { title: "Use 1000.", patch: [{ op: "add" as const, path, value: 1000 }] };
        return [{ code: "MISSING_KEY", path, message: 'is missing, as is "maxItems": how long the list can be', fix }];
      }
      if (maxPages === undefined || maxPages <= MOST_PAGES) return [];
      return [
        { code: "INVALID_VALUE", path, message: `${maxPages} pages bound nothing; the most that is plausible is ${MOST_PAGES}` },
      ];
    }),
});

const MOST_PAGES = 100_000;
