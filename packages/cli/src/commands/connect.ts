import { existsSync } from "node:fs";
import type { PlainCredential } from "@mortise/auth";
import { type AuthScheme, type Contract, type JsonObject, MortiseError, type SingleAuthScheme } from "@mortise/contract";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import { connectionTemplate } from "../connect/connection-template.ts";
import { keepCredential } from "../connect/keep-credential.ts";
import { openLoopbackRedirect } from "../connect/loopback-redirect.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { usage } from "../failure.ts";
import { findConnector } from "../find-connector.ts";
import { formatError, type Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { readConnectionFile } from "../read-connections.ts";
import { readSecretFile } from "../read-file.ts";

interface ConnectOptions extends EgressFlags {
  readonly connection: string;
  readonly scopes?: readonly string[];
  readonly port?: string;
  readonly timeout: string;
}

/** `mortise connect CONNECTOR --connection FILE [--scopes …] [--port N] [--timeout SECONDS]` */
export const connectCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("connect")
    .description("sign in at another system: in the browser, or with a code on another device; keeps the tokens in the file")
    .argument("<connector>", "for example acme-crm, or ./my-connector")
    .requiredOption("--connection <file>", "JSON file: { settings, auth, credential }; gets the tokens")
    .option("--scopes <scope...>", "scopes beyond those that the connector always asks for")
    .option("--port <n>", "port that the browser comes back to (default: any free one)")
    .option("--timeout <seconds>", "how long to wait for the person", "300");
  egressOptions(command).action((reference: string, options: ConnectOptions) =>
    start(async (out) => {
      const connector = await findConnector(reference);
      const { contract } = connector;
      const port = wholeNumber("--port", options.port ?? "0", 0, 65_535);
      const timeoutMs = wholeNumber("--timeout", options.timeout, 1, 86_400) * 1_000;
      if (!existsSync(options.connection)) throw missingFile(contract, options.connection);
      const connection = await readConnectionFile(options.connection, contract.name);
      const before = (await readSecretFile(options.connection)).value as JsonObject;
      const scheme = schemeOf(contract, connection);
      if (isDelivered(scheme))
        throw usage(
          `${contract.title} delivers its answer to an address that it can reach, and this machine has none.`,
          "Connect it in the studio of a server with a publicUrl.",
        );
      const deployment = await deploymentFromFlags(options, out);
      const runtime = createRuntime({
        connectors: [connector],
        ...deployment,
        trustedPublishers: [...(deployment.trustedPublishers ?? ["mortise"]), contract.publisher],
      });
      const cancel = new AbortController();
      const onSignal = () => cancel.abort(new MortiseError("CALL_CANCELLED", "The sign-in was given up; nothing was changed."));
      process.on("SIGINT", onSignal);
      const late = setTimeout(
        () => cancel.abort(new MortiseError("DEADLINE_EXCEEDED", `Nobody signed in within ${timeoutMs / 1_000} s.`)),
        timeoutMs,
      );
      try {
        const sign = SIGN_INS[wayOf(scheme)];
        const credential = await sign({
          runtime,
          connection,
          out,
          port,
          scopes: options.scopes ?? [],
          signal: cancel.signal,
          isStateless: isStateless(scheme),
        });
        if (credential !== undefined) await keepCredential(options.connection, before, credential);
        return await report(
          runtime,
          { ...connection, ...(credential === undefined ? {} : { credential }) },
          out,
          options.connection,
        );
      } finally {
        clearTimeout(late);
        process.off("SIGINT", onSignal);
        await runtime.close();
      }
    }),
  );
};

interface SignIn {
  readonly runtime: Runtime;
  readonly connection: Connection;
  readonly out: Output;
  readonly port: number;
  readonly scopes: readonly string[];
  readonly signal: AbortSignal;
  /** Whether the other system brings no state back. */
  readonly isStateless: boolean;
}

/** In the browser, with a code on another device, or without a person. */
type Way = "browser" | "device" | "none";

function wayOf(scheme: AuthScheme): Way {
  const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
  if (parts.some((part) => part.kind === "oauth2" && part.grant === "device_code")) return "device";
  const asks = (part: SingleAuthScheme): boolean =>
    (part.kind === "oauth2" && part.grant === "authorization_code") ||
    (part.kind === "oauth1" && part.requestTokenUrl !== undefined) ||
    (part.kind === "appInstall" && part.installUrl !== undefined);
  return parts.some(asks) ? "browser" : "none";
}

/** Whether the other system brings the code by a delivery of its own. */
function isDelivered(scheme: AuthScheme): boolean {
  const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
  return parts.some((part) => part.kind === "oauth2" && part.grant === "authorization_code" && part.codeFrom !== undefined);
}

function isStateless(scheme: AuthScheme): boolean {
  const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
  return parts.some((part) => part.kind === "oauth2" && part.rename?.authorize?.state === null);
}

const SIGN_INS: { readonly [way in Way]: (signIn: SignIn) => Promise<PlainCredential | undefined> } = {
  browser: async ({ runtime, connection, out, port, scopes, signal, isStateless }) => {
    const loopback = await openLoopbackRedirect(port);
    try {
      const { redirectUri } = loopback;
      const { url, state, codeVerifier, ...start } = await runtime.startAuthorization({ connection, redirectUri, scopes });
      out.log(`Open this address in a browser and allow access:\n\n  ${url.href}\n\nIt comes back to ${redirectUri}.`);
      const callbackUrl = await loopback.wait(state, signal, isStateless);
      const kept = { redirectUri, state, codeVerifier, scopes: start.scopes, ...(start.client ? { client: start.client } : {}) };
      const credential = await runtime.finishAuthorization({ connection, callbackUrl, ...kept });
      loopback.finish("You can close this page and go back to the terminal.", true);
      return { ...start.client, ...credential };
    } catch (error) {
      loopback.finish("Go back to the terminal: it says why.", false);
      throw error;
    } finally {
      await loopback.close();
    }
  },
  device: async ({ runtime, connection, out, scopes, signal }) => {
    const device = await runtime.startDeviceAuthorization({ connection, scopes });
    const minutes = Math.max(1, Math.round((device.expiresAtMs - Date.now()) / 60_000));
    out.log(
      `Open ${device.verificationUri} on any device and enter this code within ${minutes} min:\n\n  ${device.userCode}\n${
        device.verificationUriComplete === undefined ? "" : `\nOr open this address: ${device.verificationUriComplete}\n`
      }\nWaiting …`,
    );
    return runtime.finishDeviceAuthorization({ connection, device, signal });
  },
  none: async ({ runtime, connection, out }) => {
    out.log("This way to sign in needs nobody; the connection is tested as it is.");
    const completed = await runtime.completeConnection(connection);
    return Object.keys(completed).some((name) => name.startsWith("kept.")) ? completed : undefined;
  },
};

/** Tests what came out of it. No secret is shown. */
async function report(runtime: Runtime, connection: Connection, out: Output, file: string): Promise<0 | 1> {
  const tested = await runtime.testConnection(connection);
  const { scope, expiresAt } = connection.credential ?? {};
  const facts = {
    connection: file,
    ...(scope === undefined || scope === "" ? {} : { scopes: scope.split(" ") }),
    ...(expiresAt === undefined || expiresAt === "" ? {} : { expiresAtMs: Number(expiresAt) }),
  };
  if (tested.outcome !== "success") {
    out.result({ ok: false, ...facts, error: tested.error }, "");
    if (!out.json) out.log(`Signed in, and the tokens are in ${file}; but the test failed. ${formatError(tested.error)}`);
    return 1;
  }
  const { label, message } = tested.output as { readonly label?: string; readonly message?: string };
  out.result(
    { ok: true, ...facts, ...(label === undefined ? {} : { label }), message: message ?? "" },
    `✓ connected${label === undefined ? "" : ` as ${label}`}; the tokens are in ${file}`,
  );
  return 0;
}

function schemeOf({ auth, name }: Contract, connection: Connection): AuthScheme {
  const ids = Object.keys(auth);
  const id = connection.auth ?? (ids.length === 1 ? ids[0] : undefined);
  const scheme = id !== undefined && Object.hasOwn(auth, id) ? auth[id] : undefined;
  if (scheme !== undefined) return scheme;
  if (ids.length === 0) throw usage(`${name} has nothing to sign in to.`, "Use it without a connection.");
  throw usage(
    id === undefined ? `The connection does not say how it signs in.` : `${name} has no way to sign in called "${id}".`,
    `Set "auth" in the file to one of ${ids.join(", ")}.`,
  );
}

/** Says what to write into the file. */
function missingFile(contract: Contract, file: string): MortiseError {
  const [id, scheme] =
    Object.entries(contract.auth).find(([, each]) => wayOf(each) !== "none") ?? Object.entries(contract.auth)[0] ?? [];
  if (id === undefined || scheme === undefined)
    return usage(`${contract.name} has nothing to sign in to.`, "Use it without a connection.");
  const template = JSON.stringify(connectionTemplate(contract, id, scheme), null, 2);
  return new MortiseError("UNREADABLE_FILE", `${file} does not exist.`, {
    path: file,
    remedy: `Write it, for example:\n${template}`,
  });
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw usage(`${flag} is ${JSON.stringify(text)}; expected a whole number from ${min} to ${max}.`);
}
