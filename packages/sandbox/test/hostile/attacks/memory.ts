import { type Attack, f } from "../attack.ts";

/** Which limit is met first depends on the machine. */
const LIMIT = { code: ["LIMIT_EXCEEDED", "CODE_TIMEOUT"] } as const;
/** Collecting garbage in a full memory takes time, and the engine may trap where it is full. */
const ANY_LIMIT = { code: ["LIMIT_EXCEEDED", "CODE_TIMEOUT", "CODE_FAILED"] } as const;
/** As above; but the code's own words are not believed any more. */
const ANY_LIMIT_BUT_WORDS = { ...ANY_LIMIT, message: /^(?!.*full)/ } as const;

/** Code that wants more memory, stack or room than it may have. */
export const MEMORY: readonly Attack[] = [
  {
    name: "a text that doubles",
    source: f("let text = 'x'.repeat(1e6); while (true) text = text + text.toUpperCase();"),
    contained: LIMIT,
  },
  { name: "a text of a gigabyte", source: f("return 'x'.repeat(2 ** 30).length;"), contained: ANY_LIMIT },
  { name: "padding", source: f("return 'x'.padEnd(2 ** 29, 'ab').length;"), contained: ANY_LIMIT },
  { name: "lists", source: f("const kept = []; while (true) kept.push(new Array(1000).fill(1.5));"), contained: LIMIT },
  { name: "a list of 2^31 in one go", source: f("return new Array(2 ** 31).fill(0).length;"), contained: ANY_LIMIT },
  { name: "maps", source: f("const kept = new Map(); for (let at = 0; ; at++) kept.set(at, { at });"), contained: ANY_LIMIT },
  {
    name: "16 GB of buffers",
    source: f("const kept = []; for (let at = 0; at < 16000; at++) kept.push(new ArrayBuffer(1e6)); return kept.length;"),
    contained: LIMIT,
  },
  { name: "a buffer of 16 GB", source: f("return new ArrayBuffer(2 ** 34).byteLength;"), contained: ANY_LIMIT },
  {
    name: "shared buffers",
    source: f("const kept = []; for (let at = 0; at < 1000; at++) kept.push(new SharedArrayBuffer(1e6)); return kept.length;"),
    contained: ANY_LIMIT,
  },
  {
    name: "a buffer that grows",
    source: f(
      "const kept = new ArrayBuffer(1, { maxByteLength: 2 ** 30 }); kept.resize(2 ** 30); return new Uint8Array(kept).fill(1).length;",
    ),
    contained: ANY_LIMIT,
  },
  {
    name: "running out of memory again and again",
    source: f("const kept = []; while (true) { try { kept.push(new Uint8Array(1e6)); } catch {} }"),
    contained: ANY_LIMIT,
  },
  {
    name: "promises that are kept",
    source: f("const kept = []; while (true) kept.push(new Promise(() => {}).then(() => kept));"),
    contained: ANY_LIMIT,
  },
  { name: "symbols", source: f("for (let at = 0; ; at++) Symbol.for('s' + at);"), contained: ANY_LIMIT },
  { name: "recursion", source: f("const down = (n) => down(n + 1) + 1; return down(0);"), contained: LIMIT },
  {
    name: "recursion by way of conversions",
    source: f("const bomb = { toString() { return `${bomb}`; } }; return String(bomb);"),
    contained: ANY_LIMIT,
  },
  {
    name: "recursion by way of a host function's argument",
    source: f("const bomb = { toJSON: () => encoding.hex(bomb) }; return encoding.hex(bomb);"),
    contained: ANY_LIMIT,
  },
  {
    name: "JSON a million deep",
    source: f("return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)).length;"),
    contained: ANY_LIMIT,
  },
  {
    name: "JSON a million deep on the way out",
    source: f("let deep = []; for (let at = 0; at < 1e5; at++) deep = [deep]; return deep;"),
    contained: ANY_LIMIT,
  },
  { name: "brackets a hundred thousand deep", source: f(`return ${"[".repeat(1e5)}${"]".repeat(1e5)};`), contained: ANY_LIMIT },
  {
    name: "brackets a hundred thousand deep, by eval",
    source: f("return eval('['.repeat(1e5) + ']'.repeat(1e5)).length;"),
    contained: ANY_LIMIT,
  },
  { name: "minuses a hundred thousand deep", source: f(`return ${"- ".repeat(1e5)}1;`), contained: ANY_LIMIT },
  {
    name: "proxies of proxies",
    source: f("let chain = {}; for (let at = 0; at < 1e5; at++) chain = new Proxy(chain, {}); return chain.x === undefined;"),
    contained: ANY_LIMIT,
  },
  {
    name: "a regular expression of fifty thousand groups",
    source: f("return new RegExp('('.repeat(50000) + 'a' + ')'.repeat(50000)).test('a');"),
    contained: ANY_LIMIT,
  },
  { name: "20 MB returned", source: f("return 'x'.repeat(2e7);"), contained: ANY_LIMIT },
  {
    name: "2 MB returned",
    source: f("return 'x'.repeat(2e6);"),
    contained: LIMIT,
  },
  {
    name: "1 MB that is 3 MB in UTF-8",
    source: f("return '\\u20ac'.repeat(1e6);"),
    contained: LIMIT,
  },
  {
    name: "1 MB that is 6 MB once it is escaped",
    source: f("return '\\u0000'.repeat(1e6);"),
    contained: LIMIT,
  },
  {
    name: "a million calls of host functions",
    source: f("for (let at = 0; at < 1e6; at++) encoding.hex('x');"),
    contained: LIMIT,
  },
  {
    name: "results of host functions for which there is no memory",
    source: f(`
      const kept = [];
      for (let size = 1e6; size > 500; ) { try { kept.push(new ArrayBuffer(size)); } catch { size /= 2; } }
      for (let at = 0; at < 100; at++) { try { kept.push(encoding.hex("x".repeat(5000))); } catch {} }
      throw new Error("full");`),
    contained: ANY_LIMIT_BUT_WORDS,
  },
  {
    name: "5 MB for a host function",
    source: f("try { return encoding.hex('x'.repeat(5e6)); } catch (error) { return error.message; }"),
    contained: { value: "encoding.hex: The arguments do not fit this function." },
  },
  {
    name: "a gigabyte of random bytes",
    source: f("try { return random.bytes(1e9); } catch (error) { return error.message; }"),
    contained: { value: "random.bytes: The count is outside of what is allowed." },
  },
  {
    name: "2 MB of code",
    source: `${" ".repeat(2e6)}function f() {}`,
    contained: { code: ["LIMIT_EXCEEDED"], message: /The code of f has/ },
  },
  {
    name: "2 MB of input",
    source: f("return 1;"),
    input: "x".repeat(2e6),
    contained: { code: ["LIMIT_EXCEEDED"], message: /The input of f has/ },
  },
  {
    name: "code that ends before its end",
    source: "function f() { return 1; }\0 while (true);",
    contained: { code: ["CODE_FAILED"], message: /NUL/ },
  },
];
