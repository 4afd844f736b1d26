import { type Attack, f } from "../attack.ts";

const TIMEOUT = { code: ["CODE_TIMEOUT"] } as const;
/** What a queue that doubles meets first depends on the machine. */
const ANY_LIMIT = { code: ["CODE_TIMEOUT", "LIMIT_EXCEEDED", "CODE_FAILED"] } as const;

/** Code that does not end by itself. */
export const PROCESSOR_TIME: readonly Attack[] = [
  { name: "a loop", source: f("while (true);"), contained: TIMEOUT },
  { name: "a loop while it is loaded", source: "while (true); function f() {}", contained: TIMEOUT },
  {
    name: "a loop where the function is looked up",
    source: "Object.defineProperty(globalThis, 'f', { get() { while (true); } });",
    contained: TIMEOUT,
  },
  {
    name: "promises after promises",
    source: f("const next = () => Promise.resolve().then(next); return next();"),
    contained: ANY_LIMIT,
  },
  {
    name: "promises that double",
    source: f("const next = async () => { next(); next(); await 1; return next(); }; return next();"),
    contained: ANY_LIMIT,
  },
  {
    name: "promises that double and swallow the interrupt",
    source: f(
      "const next = () => { for (let at = 0; at < 2; at++) Promise.resolve().then(() => { try { while (true); } catch {} next(); }).catch(next); }; next(); return new Promise(() => {});",
    ),
    contained: ANY_LIMIT,
  },
  {
    name: "an async generator",
    source: f("async function* all() { while (true) yield 1; } return (async () => { for await (const one of all()); })();"),
    contained: TIMEOUT,
  },
  { name: "a regular expression that backtracks", source: f("return /^(a+)+$/.test('a'.repeat(40) + '!');"), contained: TIMEOUT },
  { name: "another regular expression", source: f("return /(x+x+)+y/.exec('x'.repeat(60));"), contained: TIMEOUT },
  {
    name: "one multiplication of very large numbers",
    source: f("const n = 3n ** 400000n; return String(n * n).length;"),
    contained: ANY_LIMIT,
  },
  {
    name: "finalizers",
    source: f(
      "const registry = new FinalizationRegistry(() => make()); const make = () => registry.register({}, 1); while (true) make();",
    ),
    contained: ANY_LIMIT,
  },
  {
    name: "a catch that swallows the interrupt",
    source: f("while (true) { try { while (true); } catch {} }"),
    contained: TIMEOUT,
  },
  {
    name: "a finally that swallows the interrupt",
    source: f("const again = () => { try { while (true); } finally { again(); return 1; } }; again();"),
    contained: TIMEOUT,
  },
  {
    name: "a label that swallows the interrupt",
    source: f("out: while (true) { try { while (true); } finally { continue out; } }"),
    contained: TIMEOUT,
  },
  {
    name: "a clock that is turned",
    source: f("Date.now = () => 0; globalThis.Date = undefined; while (true);"),
    contained: TIMEOUT,
  },
  {
    name: "a promise that nothing settles",
    source: f("return new Promise(() => {});"),
    contained: { code: ["CODE_FAILED"], message: /nothing settles/ },
  },
  { name: "a comparison that never ends", source: f("return [2, 1].sort(() => { while (true); });"), contained: TIMEOUT },
  {
    name: "an argument of a host function that never ends",
    source: f("return encoding.hex({ toJSON() { while (true); } });"),
    contained: TIMEOUT,
  },
  { name: "an object that is a trap", source: f("return new Proxy({}, { ownKeys() { while (true); } });"), contained: TIMEOUT },
  {
    name: "host functions without end, errors swallowed",
    source: f("while (true) { try { crypto.hash('sha512', 'x'.repeat(1000)); } catch {} }"),
    contained: ANY_LIMIT,
  },
];

/** What the engine does without a look at the clock, at all or for long: only a kill ends it. */
export const DEAF: readonly Attack[] = [
  {
    name: "indexOf over 2^53",
    source: f("return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);"),
    contained: TIMEOUT,
  },
  {
    name: "lastIndexOf over 2^53",
    source: f("return Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);"),
    contained: TIMEOUT,
  },
  {
    name: "reverse over 2^53",
    source: f("return Array.prototype.reverse.call({ length: 2 ** 53 - 1 });"),
    contained: TIMEOUT,
  },
  {
    name: "includes over 2^53 after all was caught",
    source: f("try { Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1); } catch {} return 1;"),
    contained: TIMEOUT,
  },
  { name: "a very large number", source: f("let n = 3n; while (true) n = n * n % (2n ** 20000n) + 1n;"), contained: ANY_LIMIT },
];
