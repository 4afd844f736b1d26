import { defineCheck } from "../check.ts";

export const knownKeys = defineCheck({
  id: "MC001",
  name: "known-keys",
  severity: "error",
  title: "Every key is in the vocabulary, and every value has the shape of its place.",
  why: "A misspelt key is not read, and nobody notices until a call does something else than its contract says.",
  reading:
    "Whatever `checkContract` finds and no other check claims is reported here. The other checks run once the shape is sound.",
  autofix: "Renames the key to the nearest one that exists, or removes it where none is near.",
  bad: { contract: { operations: { createContact: { descripton: "Adds somebody to the account." } } } },
  good: { contract: { operations: { createContact: { description: "Adds somebody to the account." } } } },
  run: () => [],
});
