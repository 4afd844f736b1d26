// Pins: a forged, old or repeated delivery that is taken in; a true one that is refused; a check of the address left unanswered.
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Trigger, WebhookSignature, WebhookTrigger } from "@mortise/contract";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { DeliveryMemory, receiveWebhook, type WebhookDelivery } from "../../src/index.ts";

const BASE = { kind: "webhook", title: "Sample", scopes: [], input: {}, output: {}, identity: [], examples: [] } as const;
const SECRET = "secret-of-the-webhook";
const NOW_MS = 1_700_000_000_000;
const NOW_S = String(NOW_MS / 1_000);

type Webhook = Extract<Trigger, WebhookTrigger>;

const triggerOf = (parts: Partial<Webhook>): Webhook => ({
  ...BASE,
  signature: { none: "sample" },
  ...parts,
});

function receive(parts: Partial<Webhook>, delivery: Partial<WebhookDelivery>) {
  return receiveWebhook(triggerOf(parts), { headers: {}, query: {}, rawBody: "", nowMs: NOW_MS, secret: SECRET, ...delivery });
}

const hmac = (algorithm: string, key: string | Buffer, text: string, encoding: "hex" | "base64" = "hex"): string =>
  createHmac(algorithm, key).update(text).digest(encoding);

const GITHUB: WebhookSignature = {
  algorithm: "hmac-sha256",
  header: "X-Hub-Signature-256",
  encoding: "hex",
  prefix: "sha256=",
  idHeader: "X-GitHub-Delivery",
};
const STANDARD: WebhookSignature = {
  algorithm: "hmac-sha256",
  header: "webhook-signature",
  encoding: "base64",
  prefix: "v1,",
  content: "{id}.{timestamp}.{body}",
  secret: { encoding: "base64", prefix: "whsec_" },
  timestamp: { header: "webhook-timestamp", as: "epoch_s" },
  idHeader: "webhook-id",
};
const STRIPE: WebhookSignature = {
  algorithm: "hmac-sha256",
  header: "Stripe-Signature",
  encoding: "hex",
  prefix: "v1=",
  content: "{timestamp}.{body}",
  timestamp: { header: "Stripe-Signature", as: "epoch_s", prefix: "t=" },
};
const SLACK: WebhookSignature = {
  algorithm: "hmac-sha256",
  header: "X-Slack-Signature",
  encoding: "hex",
  prefix: "v0=",
  content: "v0:{timestamp}:{body}",
  timestamp: { header: "X-Slack-Request-Timestamp", as: "epoch_s" },
};
const TWILIO: WebhookSignature = {
  algorithm: "hmac-sha1",
  header: "X-Twilio-Signature",
  encoding: "base64",
  content: "{url}{form}",
};

/** Vectors of the vendors' own documents, or of the RFCs, with where they are from. */
const PUBLISHED = [
  {
    id: "GitHub docs, Validating webhook deliveries, testing values",
    spec: GITHUB,
    secret: "It's a Secret to Everybody",
    headers: { "X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" },
    body: "Hello, World!",
    nowMs: NOW_MS,
  },
  {
    id: "Standard Webhooks, example of the specification",
    spec: STANDARD,
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: '{"test": 2432232314}',
    nowMs: 1_614_265_330_000,
  },
  {
    id: "Slack docs, Verifying requests from Slack",
    spec: SLACK,
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    headers: {
      "X-Slack-Request-Timestamp": "1531420618",
      "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
    body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    nowMs: 1_531_420_618_000,
  },
  {
    id: "Twilio docs, Security, validating requests",
    spec: TWILIO,
    secret: "12345",
    headers: {
      "X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212",
    url: "https://mycompany.com/myapp.php?foo=1&bar=2",
    nowMs: NOW_MS,
  },
] as const;

describe("a published vector", () => {
  it.each(PUBLISHED)(
    "is accepted, and refused once a byte of it changes: $id",
    ({ spec, secret, headers, body, nowMs, ...rest }) => {
      const delivery = { headers, rawBody: body, secret, nowMs, ...rest };
      expect(receive({ signature: spec }, delivery)).toMatchObject({ kind: "events" });
      expect(receive({ signature: spec }, { ...delivery, rawBody: `${body} ` })).toMatchObject({ kind: "refused" });
      expect(receive({ signature: spec }, { ...delivery, secret: [...secret].reverse().join("") })).toMatchObject({
        kind: "refused",
      });
      expect(receive({ signature: spec }, { ...delivery, secret: ["another", secret] })).toMatchObject({ kind: "events" });
    },
  );
});

/** Vectors that others gathered. Where the folder is not there, the table above holds the same ones. */
const corpus = join(import.meta.dirname, "..", "..", "..", "..", "..", "shared", "corpora", "webhooks", "vectors.json");
interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly secret: string;
  readonly now?: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly expect: "accept" | "reject";
}
const vectors: readonly Vector[] = existsSync(corpus) ? (JSON.parse(readFileSync(corpus, "utf8")) as Vector[]) : [];

test(`gathered vectors come to what they say (${vectors.length} of them are here)`, () => {
  const found = vectors.map(({ id, scheme, secret, now, headers, body }) => {
    const signature = scheme.startsWith("GitHub") ? GITHUB : STANDARD;
    const { kind } = receive({ signature }, { headers, rawBody: body, secret, nowMs: now === undefined ? NOW_MS : now * 1_000 });
    return [id, kind === "events" ? "accept" : "reject"];
  });
  expect(found).toEqual(vectors.map(({ id, expect: wanted }) => [id, wanted]));
});

describe("a signature", () => {
  const body = '{"id":1}';
  const stripe = (at: string, key = SECRET) => ({
    "stripe-signature": `t=${at},v1=${hmac("sha256", "old key", `${at}.${body}`)},v1=${hmac("sha256", key, `${at}.${body}`)},v0=00`,
  });

  it("may be one of several in a header that also holds the time", () => {
    expect(receive({ signature: STRIPE }, { headers: stripe(NOW_S), rawBody: body })).toMatchObject({ kind: "events" });
    expect(receive({ signature: STRIPE }, { headers: stripe(NOW_S, "x"), rawBody: body })).toMatchObject({ kind: "refused" });
  });

  it("is refused where its time is out of tolerance, either way, or changed, or missing", () => {
    const at = (seconds: number) => stripe(String(NOW_MS / 1_000 + seconds));
    const kinds = [-300, -301, 300, 301].map(
      (seconds) => receive({ signature: STRIPE }, { headers: at(seconds), rawBody: body }).kind,
    );
    expect(kinds).toEqual(["events", "refused", "events", "refused"]);
    const moved = { "stripe-signature": at(-3600)["stripe-signature"].replace(/^t=\d+/, `t=${NOW_S}`) };
    expect(receive({ signature: STRIPE }, { headers: moved, rawBody: body })).toMatchObject({ kind: "refused" });
    for (const text of ["v1=ab", "t=,v1=ab", "t=soon,v1=ab", "t=-1,v1=ab"]) {
      expect(receive({ signature: STRIPE }, { headers: { "stripe-signature": text }, rawBody: body })).toMatchObject({
        kind: "refused",
        reason: expect.stringContaining("time of sending"),
      });
    }
    const tight = { ...STRIPE, tolerance: "10s" };
    expect(receive({ signature: tight }, { headers: at(-11), rawBody: body }).kind).toBe("refused");
  });

  it("holds in every algorithm and encoding", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const content = `${NOW_S}${body}`;
    const signed = sign(null, Buffer.from(content), privateKey);
    const discord: WebhookSignature = {
      algorithm: "ed25519",
      header: "X-Signature-Ed25519",
      encoding: "hex",
      content: "{timestamp}{body}",
      secret: { encoding: "hex" },
      timestamp: { header: "X-Signature-Timestamp", as: "epoch_s" },
    };
    const headers = { "x-signature-ed25519": signed.toString("hex"), "x-signature-timestamp": NOW_S };
    const pem = publicKey.export({ format: "pem", type: "spki" }) as string;
    for (const secret of [raw.toString("hex"), pem]) {
      expect(receive({ signature: discord }, { headers, rawBody: body, secret }).kind).toBe("events");
      expect(receive({ signature: discord }, { headers, rawBody: "{}", secret }).kind).toBe("refused");
    }
    expect(receive({ signature: discord }, { headers, rawBody: body, secret: "no key" }).kind).toBe("refused");
    const empty = { "x-hub-signature-256": `sha256=${hmac("sha256", "", body)}` };
    expect(receive({ signature: GITHUB }, { headers: empty, rawBody: body, secret: "" }).kind).toBe("refused");
    for (const algorithm of ["sha1", "sha256", "sha512"] as const) {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        const signature: WebhookSignature = { algorithm: `hmac-${algorithm}`, header: "x-sig", encoding };
        const text = createHmac(algorithm, SECRET).update(body).digest(encoding);
        expect(receive({ signature }, { headers: { "x-sig": text }, rawBody: body }).kind).toBe("events");
      }
    }
  });

  it("may be the secret itself, sent as it is", () => {
    const signature: WebhookSignature = { algorithm: "token", header: "X-Gitlab-Token", encoding: "text" };
    const kinds = ["my word, twice", "my word, twice!", "word, twice", ""].map(
      (token) => receive({ signature }, { headers: { "x-gitlab-token": token }, rawBody: body, secret: "my word, twice" }).kind,
    );
    expect(kinds).toEqual(["events", "refused", "refused", "refused"]);
    expect(receive({ signature }, { headers: { "x-gitlab-token": "" }, rawBody: body, secret: "" }).kind).toBe("refused");
  });

  it("is refused in every damaged form, and the reason never tells what would be right", () => {
    const right = hmac("sha256", SECRET, body);
    const damaged = [
      "",
      "sha256=",
      right,
      `sha256=${right.slice(2)}`,
      `sha256=${right}00`,
      `sha1=${right}`,
      `sha256=${"0".repeat(64)}`,
      "é",
    ];
    for (const text of damaged) {
      const result = receive({ signature: GITHUB }, { headers: { "x-hub-signature-256": text }, rawBody: body });
      expect([text, result.kind]).toEqual([text, "refused"]);
      expect(JSON.stringify(result)).not.toContain(right);
    }
    expect(receive({ signature: GITHUB }, { rawBody: body })).toEqual({
      kind: "refused",
      reason: "The header X-Hub-Signature-256 is missing.",
    });
  });

  it("is over the bytes that came, not over what they mean", () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(bytes).digest("hex")}` };
    expect(receive({ signature: GITHUB }, { headers, rawBody: bytes }).kind).toBe("events");
    expect(receive({ signature: GITHUB }, { headers, rawBody: bytes.toString("utf8") }).kind).toBe("refused");
  });
});

describe("a delivery", () => {
  const output = { type: "object", required: ["id"], properties: { id: { $ref: "#/schemas/Id" } } } as const;
  const schemas = { Id: { type: "integer" } } as const;

  it("is a list of events or one, each checked, and those that do not fit are set apart", () => {
    const parts = { output, event: { $cel: "body.items" } };
    const rawBody = JSON.stringify({ items: [{ id: 1 }, { id: "two" }, { id: 3 }] });
    expect(receive(parts, { rawBody, schemas })).toMatchObject({
      kind: "events",
      events: [{ id: 1 }, { id: 3 }],
      invalid: [{ event: { id: "two" }, diagnostics: [{ code: "WRONG_TYPE" }] }],
    });
    expect(receive({ output }, { rawBody: '{"id":7}', schemas })).toMatchObject({ events: [{ id: 7 }], invalid: [] });
  });

  it("is read as JSON, a form or text, and sees headers in lower case", () => {
    const event = { kind: { $cel: "headers['x-kind']" }, body: { $cel: "body" }, from: { $cel: "query.from" } };
    const delivery = {
      headers: { "X-Kind": ["a", "b"], "Content-Type": "application/x-www-form-urlencoded" },
      query: { from: "us" },
    };
    expect(receive({ event }, { ...delivery, rawBody: "a=1&b=x+y" })).toMatchObject({
      events: [{ kind: "a, b", body: { a: "1", b: "x y" }, from: "us" }],
    });
    expect(receive({}, { rawBody: "just text" })).toMatchObject({ events: ["just text"] });
  });

  it("that is for another trigger is ignored, also where a field that is asked for is missing", () => {
    const parts = { when: "body.action == 'opened'" };
    expect(receive(parts, { rawBody: '{"action":"opened"}' }).kind).toBe("events");
    expect(receive(parts, { rawBody: '{"action":"closed"}' }).kind).toBe("ignored");
    expect(receive(parts, { rawBody: "[]" }).kind).toBe("ignored");
  });

  it("that was taken before is ignored, by its id and by what was signed", () => {
    const memory = new DeliveryMemory();
    const take = (id: string, body: string, nowMs = NOW_MS) => {
      const headers = { "x-hub-signature-256": `sha256=${hmac("sha256", SECRET, body)}`, "x-github-delivery": id };
      const known = (each: string) => memory.isKnown(each, nowMs);
      const result = receive({ signature: GITHUB }, { headers, rawBody: body, nowMs, isKnown: known });
      if (result.kind === "events") expect(memory.keep(result.delivery, nowMs)).toBe(true);
      return result.kind;
    };
    expect([take("1", "a"), take("1", "a"), take("2", "a"), take("1", "b"), take("3", "c")]).toEqual([
      "events",
      "ignored",
      "ignored",
      "ignored",
      "events",
    ]);
    expect(take("1", "a", NOW_MS + 86_400_000)).toBe("events");
  });
});

test("whatever comes in, it is answered and never thrown at", () => {
  const parts: Partial<Webhook> = {
    output: { type: "object", required: ["id"] },
    when: "body.kind != 'ping'",
    event: { $cel: "body.items.map(i, {'id': i.id})" },
    challenge: { when: "has(query.check)", body: { $cel: "body.word + 1" } },
  };
  const header = fc.constantFrom("x-hub-signature-256", "content-type", "webhook-signature", "webhook-timestamp", "x-other");
  const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.constant("application/x-www-form-urlencoded"));
  const body = fc.oneof(
    fc.string(),
    fc.uint8Array(),
    fc.json(),
    fc.json().map((json) => `{"items":${json},"kind":1}`),
  );
  const signature = fc.constantFrom<Webhook["signature"]>({ none: "sample" }, GITHUB, STANDARD, STRIPE, TWILIO);
  fc.assert(
    fc.property(
      fc.dictionary(header, value),
      fc.dictionary(fc.constantFrom("check", "x"), fc.string()),
      body,
      signature,
      (headers, query, rawBody, spec) => {
        const { kind } = receive({ ...parts, signature: spec }, { headers, query, rawBody });
        expect(["events", "challenge", "ignored", "refused"]).toContain(kind);
        if (!("none" in spec)) expect(kind).not.toBe("events");
      },
    ),
    { numRuns: 300 },
  );
  expect(receive(parts, { rawBody: '{"kind":"x","items":[{"id":1},{}]}' })).toMatchObject({
    kind: "events",
    events: [],
    invalid: [{ diagnostics: [{ code: "EXPRESSION_FAILED" }] }],
  });
});

describe("a check of the address", () => {
  it("is answered without a signature, by a shared word where the vendor sends one", () => {
    const parts: Partial<Webhook> = {
      signature: GITHUB,
      challenge: {
        when: "query['hub.mode'] == 'subscribe' && query['hub.verify_token'] == webhook.secret",
        body: { $cel: "query['hub.challenge']" },
      },
    };
    const query = { "hub.mode": "subscribe", "hub.verify_token": SECRET, "hub.challenge": "1158201444" };
    expect(receive(parts, { query })).toEqual({
      kind: "challenge",
      answer: { body: "1158201444", contentType: "text/plain; charset=utf-8" },
    });
    expect(receive(parts, { query: { ...query, "hub.verify_token": "wrong" } }).kind).toBe("refused");
  });

  it("that is signed must be signed well", () => {
    const parts: Partial<Webhook> = {
      signature: SLACK,
      challenge: { when: "body.type == 'url_verification'", body: { challenge: { $cel: "body.challenge" } } },
    };
    const rawBody = '{"type":"url_verification","challenge":"abc"}';
    const signed = (key: string) => ({
      "x-slack-request-timestamp": NOW_S,
      "x-slack-signature": `v0=${hmac("sha256", key, `v0:${NOW_S}:${rawBody}`)}`,
    });
    expect(receive(parts, { headers: signed(SECRET), rawBody })).toEqual({
      kind: "challenge",
      answer: { body: '{"challenge":"abc"}', contentType: "application/json" },
    });
    expect(receive(parts, { headers: signed("another"), rawBody }).kind).toBe("refused");
  });
});

test("a memory of deliveries forgets what is over, and the oldest where there are too many", () => {
  const memory = new DeliveryMemory();
  for (let index = 0; index < 100_001; index++) memory.keep({ ids: [String(index)], keepUntilMs: 10 }, 0);
  const known = [["0", 0] as const, ["1", 0] as const, ["100000", 0] as const, ["100000", 10] as const];
  expect(known.map(([id, nowMs]) => memory.isKnown(id, nowMs))).toEqual([false, true, true, false]);
});
