// Pins: an expression or a template from a document, or text from data, that reaches JavaScript, changes what others see, or takes more time
// or memory than it is allowed. Every attack is tried in each place where a document may compute: an expression, a text with holes, a pipeline.
import { compileExpression, compileValue } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { afterAll, beforeEach, describe, expect, test } from "vitest";

/** What an attack may end as. Everything else that is thrown is the host's own. */
const ENDS = /^(?:EXPRESSION_\w+|INVALID_VALUE|WRONG_TYPE|TRANSFORM_FAILED|UNKNOWN_\w+|LIMIT_EXCEEDED)$/;

const deep = (levels: number): Json => {
  let value: Json = {};
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
};
const list = Array.from({ length: 1_000 }, (_, i) => i);
const hostile: { readonly [name: string]: unknown } = {
  row: { name: "Ada", tags: ["x"], own: 1 },
  list,
  text: "a".repeat(10_000),
  template: "${1 + 1} {{7*7}} <%= 7*7 %> #{7*7} %{7*7}",
  cel: "1 + 1",
  proto: JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}') as Json,
  shaped: JSON.parse('{"length": 1e9, "toString": "x", "valueOf": "y", "then": "z", "hasOwnProperty": false}') as Json,
  numbers: [1e308, -1e308, 5e-324, 9_007_199_254_740_992],
  deep: deep(150),
  nul: "\u0000\u202e\ud800",
};

/** Words that would mean the host was reached. */
const HOST = /\[native code\]|function |=>|process\.|require\(|\/root|node:internal|49/;

const reach = [
  "constructor",
  "constructor.constructor('return process')()",
  "row.constructor",
  "row.constructor.constructor('return process')()",
  "row['constructor']['constructor']('return 1')()",
  "row['con' + 'structor']",
  "row[['constructor'][0]]",
  "row.__proto__",
  "row['__proto__']",
  "row.__proto__.polluted",
  "row.__defineGetter__",
  "row.__lookupGetter__('name')",
  "row.hasOwnProperty('name')",
  "row.toString()",
  "row.valueOf()",
  "row.toLocaleString()",
  "row.isPrototypeOf(row)",
  "row.propertyIsEnumerable('name')",
  "list.constructor",
  "list.length",
  "list.push(1)",
  "list.pop()",
  "list.__proto__",
  "list.map",
  "list.concat(list)",
  "list.find(x, x > 1)",
  "list['length']",
  "list['map']",
  "list[0].constructor",
  "text.constructor",
  "text.length",
  "text['length']",
  "text.__proto__",
  "text.at(0)",
  "text.normalize('NFD')",
  "text.localeCompare('b')",
  "text.link('x')",
  "text.anchor('x')",
  "'a'.constructor('b')",
  "(1).constructor",
  "true.constructor",
  "null.constructor",
  "this",
  "this.constructor",
  "self",
  "window",
  "globalThis",
  "globalThis.process",
  "global.process.env",
  "process",
  "process.env",
  "process.exit(1)",
  "require('fs')",
  "require('child_process').execSync('id')",
  "import('fs')",
  "module.exports",
  "exports",
  "eval('1')",
  "Function('return 1')()",
  "new Function('return 1')()",
  "setTimeout('1', 0)",
  "fetch('http://127.0.0.1')",
  "XMLHttpRequest",
  "document.cookie",
  "localStorage",
  "Object.keys(row)",
  "Object.prototype",
  "Object.assign(row, {'a': 1})",
  "Reflect.ownKeys(row)",
  "Proxy",
  "Symbol.iterator",
  "Promise.resolve(1)",
  "JSON.parse('{}')",
  "JSON.stringify(row)",
  "Math.constructor.constructor('return 1')()",
  "Array.from(list)",
  "Array.prototype.map",
  "String.raw",
  "String.fromCharCode(97)",
  "Date.now()",
  "RegExp('a')",
  "Error('x').stack",
  "arguments",
  "arguments.callee",
  "undefined",
  "NaN.constructor",
  "Buffer.from('a')",
  "WebAssembly",
  "SharedArrayBuffer",
  "Intl",
  "console.log(1)",
  "alert(1)",
  "__dirname",
  "__filename",
  "trigger.constructor.constructor('return process')()",
  "steps.__proto__",
  "$.constructor",
  "_.constructor",
  "a => a",
  "(x => x)(1)",
  "function() { return 1 }",
  "function(){}.constructor('return 1')()",
  "`${1}`",
  "row.name = 'x'",
  "row['name'] = 'x'",
  "row.name += 'x'",
  "delete row.name",
  "row.name++",
  "x = 1",
  "var x = 1",
  "let x = 1; x",
  "1; 2",
  "1, 2",
  "/a+/.test('a')",
  "typeof row",
  "void 0",
  "row instanceof Object",
  "new Date()",
  "async () => 1",
  "await row",
  "yield 1",
  "throw 'x'",
  "if (true) { 1 }",
  "for (x in row) x",
  "while (true) {}",
  "row?.constructor",
  "row.?constructor",
  "row[?'constructor']",
  "row.?__proto__.orValue({'a': 1}).constructor",
  "shaped.then",
  "shaped.toString",
  "default(row.constructor, row.__proto__)",
  "has(row.constructor)",
  "'constructor' in row",
  "'__proto__' in row",
  "list.map(constructor, constructor.constructor)",
  "list.map(__proto__, __proto__)",
  "[row].map(r, r.constructor)[0]",
  "{'__proto__': {'polluted': true}}",
  "{'constructor': {'prototype': {'polluted': true}}}",
  "{'__proto__': row}.polluted",
  "proto.polluted",
  "proto.__proto__.polluted",
  "proto['__proto__']",
  "proto.constructor.prototype",
  "cel.constructor",
  "template.constructor",
  "\\u0063onstructor",
  "row.\\u0063onstructor",
  "row.consтructor",
  "row['\\x63onstructor']",
  "row['\\u0063onstructor']",
  "row['constructor\\u0000']",
  "/**/row.constructor",
  "row // .constructor",
  "row.constructor//",
];

const exhaust = [
  "list.map(a, list.map(b, list.map(c, a * b * c)))",
  "list.all(a, list.all(b, list.all(c, true)))",
  "list.exists(a, list.exists(b, list.exists(c, a + b + c < 0)))",
  "list.filter(a, list.filter(b, list.filter(c, false).size() > 0).size() > 0)",
  "list.map(a, text + text)",
  "list.map(a, list.map(b, text))",
  "list.map(a, text).join(text)",
  "text.replace('a', text)",
  "text.replace('', text)",
  "text.split('').map(x, text)",
  "text.split('').map(x, text.split(''))",
  "list.map(a, text.upperAscii())",
  "list.map(a, list.map(b, text.lowerAscii()))",
  "list.map(a, text.matches('(a+)+$'))",
  "list.map(a, list.map(b, text.matches('(.*)*x')))",
  "text.matches('(a|a)*$')",
  "text.matches('(a|aa)+$')",
  "text.matches('((a*)*)*b')",
  "text.matches('(a{1,100}){1,100}b')",
  "text.matches('((a{0,50}){0,50}){0,50}')",
  "text.matches('(?=a)')",
  "text.matches('(a)\\\\1')",
  "'a'.padStart(2000000000, text)",
  "'a'.padEnd(1e308, 'b')",
  "list.map(a, list + list)",
  "[list, list, list].map(x, x + x + x).map(x, x + x + x)",
  "list.map(a, list).map(x, x.map(y, list))",
  "list.map(a, deep == deep)",
  "list.map(a, list.map(b, row == row && text == text + ''))",
  "list.map(a, list.map(b, text.contains('b')))",
  "list.map(a, list.map(b, text < text + 'a'))",
  "list.map(a, list.map(b, string(numbers)))",
  "list.map(a, list.map(b, timestamp('2026-01-01').getHours('Europe/Berlin')))",
  "list.map(a, {'x': list, 'y': list, 'z': text})",
  "numbers.map(x, x * 1e308)",
  "numbers[0] * numbers[0]",
  "1e999",
  "9999999999999999999999999999999999999999",
  "-9223372036854775809",
  "timestamp('9999-12-31T23:59:59Z') + duration('10000000h')",
  "duration('999999999999999999999d')",
  "timestamp(1e300)",
  `${"(".repeat(3_000)}1${")".repeat(3_000)}`,
  `${"[".repeat(3_000)}${"]".repeat(3_000)}`,
  `${"!".repeat(9_000)}true`,
  `${"-".repeat(9_000)}1`,
  `1${" + 1".repeat(9_000)}`,
  `row${".a".repeat(5_000)}`,
  `row${"['a']".repeat(3_000)}`,
  `${"true ? ".repeat(2_000)}1${" : 0".repeat(2_000)}`,
  `${"list.map(x, ".repeat(40)}x${")".repeat(40)}`,
  `'${"a".repeat(20_000)}'`,
  `[${"1,".repeat(9_000)}1]`,
  `{${Array.from({ length: 3_000 }, (_, i) => `'k${i}': 1`).join(",")}}`,
  `f(${"1,".repeat(5_000)}1)`,
  "deep.a.a.a.a.a.a.a.a.a.a",
  "nul + nul + nul",
  "list.map(a, nul).join('')",
];

/** Text of people and systems, which must stay text wherever it is put. */
const asData = [
  "${row.constructor}",
  "${1 + 1}",
  "{{constructor.constructor('return 1')()}}",
  "<%= process.env %>",
  "#{7*7}",
  "{%raw%}",
  '{"$cel": "1 + 1"}',
  '{"$text": "${1 + 1}"}',
  "'); process.exit(1); ('",
  "\\${1 + 1}",
  "$${1 + 1}",
  "${",
  "}${1 + 1}${",
  "=cmd|' /C calc'!A0",
  "__proto__",
  "constructor",
];

let runs = 0;

beforeEach(() => expect(({} as { polluted?: unknown }).polluted).toBeUndefined());
afterAll(() => {
  console.log(`expressions: ${reach.length + exhaust.length + asData.length} attacks, ${runs} runs`);
});

/** Runs the attack; it must give data, or fail as an expression does. */
function attempt(run: () => Json): Json | undefined {
  runs++;
  try {
    return run();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    expect(code ?? message).toMatch(ENDS);
    // An error may quote the source, not anything of the host.
    expect(message).not.toMatch(/native code|node:internal|\/packages\/|at .+\.ts:/);
    return undefined;
  }
}

function expectPlain(value: Json | undefined): void {
  if (value === undefined) return;
  expect(typeof value).not.toBe("function");
  const text = JSON.stringify(value) ?? "";
  if (text.length < 10_000) expect(text).not.toMatch(HOST);
  if (typeof value === "object" && value !== null)
    expect([Object.prototype, Array.prototype, null]).toContain(Object.getPrototypeOf(value));
}

describe.each([
  ["an expression", (source: string) => compileExpression(source).evaluate(hostile)],
  ["a text with a hole", (source: string) => compileValue({ $text: `<\${${source}}>` }).evaluate(hostile)],
  [
    "a pipeline",
    (source: string) => compileValue({ $map: [{ from: { $cel: source } }, { limit: { count: 5 } }] }).evaluate(hostile),
  ],
] as const)("in %s", (place, run) => {
  test.each(reach)("nothing of the host is reached by %s", (source) => expectPlain(attempt(() => run(source))));

  // The places share the evaluator, whose bounds these are about: all of them in the first place, some in the others.
  const tried = place === "an expression" ? exhaust : exhaust.filter((_, index) => index % 4 === 0);

  test.each(tried.map((source) => [source.slice(0, 60), source] as const))("%s ends inside its limits", (_, source) => {
    const cpu = process.cpuUsage();
    expectPlain(attempt(() => run(source)));
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});

test.each(asData)("%s in data stays what it is", (text) => {
  expect(compileExpression("data").evaluate({ data: text })).toBe(text);
  expect(compileValue({ $text: "<${data}>" }).evaluate({ data: text })).toBe(`<${text}>`);
  expect(compileValue(text).evaluate({ data: text, row: {} })).toBe(text);
});

test("names of data that mean something to JavaScript are only names", () => {
  const value = compileExpression("{'a': proto['__proto__'], 'b': shaped.then, 'c': shaped.length}").evaluate(hostile);
  expect(value).toEqual({ a: { polluted: true }, b: "z", c: 1e9 });
});
