import type { Contract } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import type { ConnectorFiles } from "../connector-files.ts";
import { allExampleLeaves, type ExampleLeaf, leavesOf } from "../walk/example-leaves.ts";
import { randomness } from "../walk/randomness.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const noPersonalData = defineCheck({
  id: "MC042",
  name: "no-personal-data",
  severity: "error",
  title: "Samples and fixtures hold no secrets and no data of real people.",
  why: "Recorded answers are published with the connector; a key or a customer's address in them is out for ever.",
  reading:
    "Known forms of secrets, private keys and cookies are errors. What only looks like one (a long random text under a telling name, a mail address outside of the names of RFC 2606) blocks the certificate.",
  bad: {
    contract: {
      operations: { whoAmI: { examples: [{ input: {}, output: { id: "AKIAZ7QJ4XW2NLPR5TKV", name: "Ada" } }] } },
    },
  },
  good: { contract: { operations: { whoAmI: { examples: [{ input: {}, output: { id: "u1", name: "ada@example.com" } }] } } } },
  run: ({ contract, files, schemas }) => [
    ...allExampleLeaves(contract).flatMap((leaf) => leafFaults(leaf)),
    ...schemas().flatMap(({ path, schema }) => sampleLeaves({ ...schema }, path).flatMap((leaf) => leafFaults(leaf))),
    ...(files === undefined ? [] : fixtureFaults(files)),
    ...ownTexts(contract).flatMap((leaf) => leafFaults(leaf, true)),
  ],
});

/** Texts in samples of schemas. */
function sampleLeaves(schema: { readonly [key: string]: unknown }, at: string): readonly ExampleLeaf[] {
  const own = ["default", "x-sample", "examples"].flatMap((key) => {
    const value = schema[key];
    return value === undefined || value === null
      ? []
      : leavesOf(value as string, `${at}/${key}`, at.slice(at.lastIndexOf("/") + 1));
  });
  return [...own, ...subSchemas(schema, at).flatMap(([path, child]) => sampleLeaves({ ...child }, path))];
}

/** Fixed parts of requests: a key that was pasted in while trying. */
function ownTexts({ operations }: Contract): readonly ExampleLeaf[] {
  return Object.entries(operations).flatMap(([name, { request }]) =>
    request === undefined
      ? []
      : [request.headers, request.query, request.body].flatMap((part, index) =>
          part === undefined ? [] : leavesOf(part, `/operations/${name}/request/${["headers", "query", "body"][index]}`),
        ),
  );
}

const FIXTURE = /^(scenarios|fixtures|recordings|test\/fixtures)\/.*\.(json|jsonl|txt|har|ya?ml|http)$/;

function fixtureFaults(files: ConnectorFiles): readonly Finding[] {
  return [...files].flatMap(([file, text]) => {
    if (!FIXTURE.test(file)) return [];
    return text.split("\n").flatMap((line, index) => {
      const [key = "", value = line] = /^\s*"?([\w.-]+)"?\s*[:=]\s*"?(.*?)"?,?\s*$/.exec(line)?.slice(1) ?? [];
      return leafFaults({ path: "", value, key }).map((found) => ({
        ...found,
        file,
        line: index + 1,
        message: `${file}: ${found.message}`,
      }));
    });
  });
}

/** Forms that vendors give their secrets. */
const SECRETS: readonly (readonly [form: RegExp, what: string])[] = Object.freeze([
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\b(AKIA|ASIA)(?!EXAMPLE)[A-Z2-7]{16}\b/, "an access key of AWS"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, "a token of GitHub"],
  [/\bglpat-[\w-]{20,}\b/, "a token of GitLab"],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{20,}\b/, "a token of Slack"],
  [/\b[rs]k_live_[A-Za-z0-9]{16,}\b/, "a live key of Stripe"],
  [/\bAIza[\w-]{35}\b/, "a key of Google"],
  [/\bSG\.[\w-]{20,}\.[\w-]{40,}\b/, "a key of SendGrid"],
  [/\bsk-(proj-|ant-)?[A-Za-z0-9_-]{32,}\b/, "a key of a model vendor"],
]);
/** Runs of letters and figures that nobody draws by chance, and examples of vendors' own documentation. */
const MADE_UP = /0123456789|1234567890|abcdefgh|(.)\1{7}|EXAMPLE|16C7e42F292c6912E7710c838347Ae178B4a/i;
/** Signed tokens end by themselves, so that one in a sample is seldom more than a sample. */
const JWT = /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/;
const COOKIE_KEY = /^(set-)?cookie$/i;
const MAIL = /[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,})/gi;
const RESERVED = /(^|\.)(example|test|invalid|localhost|local|example\.(com|net|org|edu))$/i;
const TELLING = /(token|secret|password|passwd|api[_-]?key|private[_-]?key|authorization|credential)/i;

function leafFaults({ path, value, key }: ExampleLeaf, secretsOnly = false): readonly Finding[] {
  const secret = SECRETS.find(([form]) => form.test(value) && !MADE_UP.test(value));
  if (secret !== undefined)
    return [
      { code: "UNSAFE_CONTRACT", path, message: `holds ${secret[1]}; take it back at the vendor, and put a made-up value here` },
    ];
  if (secretsOnly) return [];
  if (COOKIE_KEY.test(key) && /=\S{8,}/.test(value))
    return [{ code: "UNSAFE_CONTRACT", path, message: "holds a cookie of a session" }];
  if (JWT.test(value) || (TELLING.test(key) && randomness(value) > RANDOM)) {
    const message = `looks like a real secret: ${JWT.test(value) ? "a signed token (JWT)" : "a random text"} under "${key}"`;
    return [{ code: "UNSAFE_CONTRACT", path, message, severity: "warning" }];
  }
  const domain = [...value.matchAll(MAIL)].map(([, name = ""]) => name).find((name) => !RESERVED.test(name));
  if (domain === undefined || /^[a-z]+:\/\//i.test(value)) return [];
  const message = `holds a mail address at ${domain}; use one at example.com (RFC 2606)`;
  return [{ code: "UNSAFE_CONTRACT", path, message, severity: "warning" }];
}

/** Bits that a text must hold to look made by a machine: 20 letters and digits at random. */
const RANDOM = 75;
