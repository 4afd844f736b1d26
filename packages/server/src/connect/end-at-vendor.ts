import { isMortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";

/** What was done at the other system when a connection was deleted. */
export interface VendorEnding {
  /** Whether the other system has taken the access back. */
  readonly revoked: boolean;
  /** In words for a person. */
  readonly message: string;
}

/** A system that is down does not keep a connection from being deleted for longer. */
const LIMIT_MS = 10_000;

/** Has the access of a connection taken back at the other system, before it is deleted. Never throws: what fails is told. */
export async function endAtVendor(host: Host, name: string): Promise<VendorEnding> {
  const connection = await host.store.connections.find(name);
  if (!connection?.hasCredential) return { revoked: false, message: "It had no credential, so there was nothing to take back." };
  const system = host.contract(connection.connector)?.title ?? connection.connector;
  const failed = (why: string): VendorEnding => ({
    revoked: false,
    message: `${system} did not take the access back (${why.replace(/\.$/, "")}). Remove it in your account there.`,
  });
  try {
    const late = new Promise<undefined>((resolve) => {
      AbortSignal.timeout(LIMIT_MS).addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const ended = await Promise.race([host.runtime.disconnect(name), late]);
    if (ended === undefined) return failed("no answer in time");
    const { outcome, message } = ended.revocation;
    const missed = ended.steps.filter(({ isDone }) => !isDone).map(({ operation }) => operation);
    const also = missed.length === 0 ? "" : ` This did not work before: ${missed.join(", ")}.`;
    if (outcome === "revoked") return { revoked: true, message: `${system} has taken the access back.${also}` };
    if (outcome === "failed") return failed(message);
    return { revoked: false, message: `Its credential is deleted here. ${message}${also}` };
  } catch (error) {
    return failed(isMortiseError(error) ? error.message : "Mortise made a mistake");
  }
}
