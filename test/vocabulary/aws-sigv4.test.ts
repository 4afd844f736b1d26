// Pins: calls that AWS refuses: another signature than its own library computes, keys of a role that have ended, a token of theirs that is shown.
import type { AwsSigV4Scheme } from "@mortise/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { type VirtualClock, virtualClock } from "../../packages/runtime/test/virtual-clock.ts";
import { type AwsSigner, awsAuthorizationOf } from "../world/aws-judge.ts";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const own = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

const contractWith = (scheme: Omit<AwsSigV4Scheme, "kind">) =>
  contractOf(
    {
      get: {
        input: { type: "object", properties: { key: { type: "string" } } },
        request: {
          method: "GET",
          url: { $text: "${settings.baseUrl}/bucket/{key}" },
          path: { key: { $cel: "input.key" } },
          query: { prefix: "a b+c/ü", "list-type": "2", empty: "" },
        },
      },
      put: {
        effect: "create",
        idempotency: "none",
        request: { method: "POST", url: at("/things?delete"), headers: { "x-amz-acl": "private" }, body: { name: "ü" } },
      },
    },
    { auth: { keys: { kind: "awsSigV4", ...scheme } }, settings: { type: "object", properties: { region: { type: "string" } } } },
  );

/** What AWS's own library makes of a request as it came over the wire. */
const outside = (seen: Seen, credentials: AwsSigner["credentials"], service: string) =>
  awsAuthorizationOf(seen, { credentials, region: "eu-central-1", service });

async function open(scheme: Omit<AwsSigV4Scheme, "kind">, answer: (request: Seen) => Answer | Promise<Answer>, more = {}) {
  const vendor = await openVendor(answer);
  onTestFinished(vendor.close);
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const { runtime, connection } = connect(contractWith(scheme), vendor, {
    clock,
    connection: { credential: { ...own, ...more }, settings: { region: "eu-central-1" } },
  });
  onTestFinished(() => runtime.close());
  return {
    vendor,
    clock,
    get: (key: string) => runtime.call("vendor/get", { connection, input: { key } }),
    put: () => runtime.call("vendor/put", { connection, input: {} }),
    show: () => runtime.call("vendor/put", { connection, input: {}, dryRun: true }),
  };
}

describe.each(["s3", "execute-api"])("the service %s", (service) => {
  test("gets what AWS's own library computes of what came over the wire", async () => {
    const accept = async (request: Seen): Promise<Answer> =>
      (await outside(request, own, service)) === request.headers.authorization ? { body: {} } : { status: 403 };
    const { get, put, vendor } = await open({ service, region: "{settings.region}" }, accept);
    for (const key of ["plain.txt", "a folder/it's (1)+~*.txt", "100%/ü=&?#"])
      expect(await get(key)).toMatchObject({ outcome: "success" });
    expect(await put()).toMatchObject({ outcome: "success" });
    expect(vendor.seen.every(({ headers }) => "x-amz-content-sha256" in headers === (service === "s3"))).toBe(true);
  });
});

test("a token of temporary keys goes along, is signed, and is shown nowhere", async () => {
  const sessionToken = "FwoGZXIvYXdzEBYaDGexampleSESSIONtoken//////////+1";
  const { put, show, vendor } = await open(
    { service: "s3", region: "eu-central-1" },
    ({ headers }) => ({
      status: 403,
      body: { error: `SignatureDoesNotMatch ${headers["x-amz-security-token"]} ${headers.authorization}` },
    }),
    { sessionToken },
  );
  const result = await put();
  const [seen] = vendor.seen as [Seen];
  expect(await outside(seen, { ...own, sessionToken }, "s3")).toBe(seen.headers.authorization);
  const signature = /Signature=(\w+)/.exec(seen.headers.authorization ?? "")?.[1] ?? "missing";
  const shown = JSON.stringify([result, await show()]);
  for (const secret of [sessionToken, signature, own.secretAccessKey]) expect(shown).not.toContain(secret);
  expect(shown).toContain('"x-amz-security-token":"[redacted]"');
});

describe("a role", () => {
  const role = { roleArn: "arn:aws:iam::123456789012:role/mortise", externalId: "external id/1" };
  const scheme = { service: "s3", region: "eu-central-1", assumeRole: { url: "{settings.baseUrl}/sts", lifetime: "15m" } };

  function sts(clock: { now(): number } | undefined, turn: number): Answer {
    const end = new Date((clock?.now() ?? 0) + 900_000).toISOString();
    const xml = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIAEXAMPLE${turn}</AccessKeyId><SecretAccessKey>secret/of+role${turn}&amp;more</SecretAccessKey>
      <SessionToken>session//token+of+role==${turn}</SessionToken><Expiration>${end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    return { headers: { "content-type": "text/xml" }, body: xml };
  }
  const keysOf = (turn: number) => ({
    accessKeyId: `ASIAEXAMPLE${turn}`,
    secretAccessKey: `secret/of+role${turn}&more`,
    sessionToken: `session//token+of+role==${turn}`,
  });

  test("is taken with the credential's keys and its external id, once, and again before it ends", async () => {
    let turn = 0;
    const state: { clock?: VirtualClock } = {};
    const { get, put, vendor, clock } = await open(
      scheme,
      async (request): Promise<Answer> => {
        if (request.path === "/sts") return sts(state.clock, ++turn);
        return (await outside(request, keysOf(turn), "s3")) === request.headers.authorization ? { body: {} } : { status: 403 };
      },
      role,
    );
    state.clock = clock;
    expect(await Promise.all([get("a"), get("b"), put()])).toMatchObject([
      { outcome: "success" },
      { outcome: "success" },
      { outcome: "success" },
    ]);
    const asked = vendor.seen.filter(({ path }) => path === "/sts");
    expect(asked).toHaveLength(1);
    const [call] = asked as [Seen];
    expect(await outside(call, own, "sts")).toBe(call.headers.authorization);
    expect(Object.fromEntries(new URLSearchParams(call.body.toString()))).toMatchObject({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role.roleArn,
      ExternalId: role.externalId,
      DurationSeconds: "900",
    });
    clock.advance(890_000);
    expect(await get("c")).toMatchObject({ outcome: "success" });
    expect(turn).toBe(2);
  });

  test("that is refused is a fault of the credential, in AWS's words", async () => {
    const refusal =
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";
    const { get } = await open(scheme, () => ({ status: 403, body: refusal }), role);
    const result = await get("a");
    expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "AccessDenied" } });
    expect(JSON.stringify(result)).toContain("sts:AssumeRole");
  });

  test("shows no key of its own", async () => {
    const state: { clock?: VirtualClock } = {};
    const { put, show, clock } = await open(
      scheme,
      ({ path, headers }) =>
        path === "/sts" ? sts(state.clock, 1) : { status: 403, body: { error: `${headers["x-amz-security-token"]}` } },
      role,
    );
    state.clock = clock;
    const before = JSON.stringify(await show());
    expect(before).toContain('"x-amz-security-token":"[redacted]"');
    const shown = JSON.stringify([await put(), await show()]);
    for (const secret of Object.values(keysOf(1)).slice(1)) expect(shown).not.toContain(secret);
  });
});

test("a region that is not set is said before anything is sent", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractWith({ service: "s3", region: "{settings.region}" });
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: own } });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/put", { connection, input: {} });
  expect(result).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
  expect(vendor.seen).toEqual([]);
});
