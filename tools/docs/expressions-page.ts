import { EXPRESSION_LIMITS, expressionFunctions } from "@mortise/builders";
import { celTests, LEFT_OUT, runCelTest } from "./cel-conformance.ts";
import { page } from "./page.ts";

/** `docs/expressions.md`: what expressions can do, what they cost at most, and how far they are CEL. */
export function expressionsPage(): string {
  const { sourceLength, nodes, depth, steps, size } = EXPRESSION_LIMITS;
  const ends = celTests().map((test) => ({ test, end: runCelTest(test) }));
  const passed = ends.filter(({ end }) => end.outcome === "passed");
  const files = [...new Set(ends.map(({ test }) => test.file))];
  const number = (count: number) => count.toLocaleString("en-US");
  const functions = expressionFunctions.map(({ name, doc }) => `| \`${name}\` | ${cell(doc)} |`);
  const byFile = files.map((file) => {
    const all = ends.filter(({ test }) => test.file === file);
    const good = all.filter(({ end }) => end.outcome === "passed").length;
    return `| ${file} | ${good} | ${all.length - good} |`;
  });
  const leftOut = LEFT_OUT.map((each) => {
    const count = ends.filter(({ end }) => end.outcome === "left-out" && end.leftOut === each).length;
    return `| ${cell(each.what)} | ${cell(each.why)} | ${count} |`;
  });
  return page("Expressions", [
    `An expression is written in [CEL](https://cel.dev), the Common Expression Language: \`{"$cel": "trigger.body.amount * 1.19"}\`. It computes a value of
data and can do nothing else: no loops without end, no files, no network, no JavaScript. It is checked against the types of the data before the
workflow runs. Numbers are JSON's, so \`1 / 2 == 0.5\`.

## Limits

| what | at most |
|---|---|
| characters of source | ${number(sourceLength)} |
| parts of an expression | ${number(nodes)} |
| nesting | ${number(depth)} |
| steps of one evaluation (an element visited; 64 characters or 8 elements made) | ${number(steps)} |
| characters of a text, elements of a list | ${number(size)} |

Beyond one of them an evaluation ends as [\`EXPRESSION_LIMIT\`](errors.md). Patterns of \`matches\` are of the RE2 kind and take linear time.

## Functions and macros

| name | what it gives |
|---|---|
${functions.join("\n")}

## How far this is CEL

Of the ${number(ends.length)} simple tests of the specification ${number(passed.length)} pass. The others need something that is left out:

| left out | why | tests |
|---|---|---|
${leftOut.join("\n")}

| tests of the specification | pass | need what is left out |
|---|---|---|
${byFile.join("\n")}`,
  ]);
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
