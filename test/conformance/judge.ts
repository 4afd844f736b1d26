import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** What somebody else's validator says of one request. */
export interface Verdict {
  readonly valid: boolean;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** The judge's own words. */
  readonly complaint: string;
}

/** A validating server that someone else wrote, made from a document. */
export interface Judge {
  /** Where requests go. */
  readonly origin: string;
  readonly verdicts: Verdict[];
  close(): Promise<void>;
}

/** Statuses with which the judges refuse a request: not valid, no credential, no such path, method or media type. */
const REFUSED = new Set([400, 401, 404, 405, 406, 415, 422, 500]);

/** How long a judge may think about one request; Prism hangs on some malformed bodies. */
const PATIENCE_MS = 10_000;

/** Passes requests on to a judge and notes what it says of each. `complaintOf` reads an answer; undefined: nothing to complain about. */
export async function listenToJudge(
  judge: { readonly port: number; readonly basePaths?: readonly string[]; close(): Promise<void> },
  complaintOf: (
    status: number,
    headers: { readonly [name: string]: string | string[] | undefined },
    body: string,
  ) => string | undefined,
): Promise<Judge> {
  const verdicts: Verdict[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const base = judge.basePaths?.find((path) => url.startsWith(`${path}/`) || url.startsWith(`${path}?`) || url === path) ?? "";
    const target = url.slice(base.length).replace(/^(?!\/)/, "/");
    const note = (status: number, complaint: string | undefined): void => {
      verdicts.push({ valid: complaint === undefined, method, target, status, complaint: complaint ?? "" });
    };
    const passed = sendRequest(
      { host: "127.0.0.1", port: judge.port, method, path: target, headers, timeout: PATIENCE_MS },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const status = answer.statusCode ?? 0;
          note(status, complaintOf(status, answer.headers, Buffer.concat(chunks).toString("utf8")));
          outgoing.writeHead(204).end();
        });
      },
    );
    passed.on("timeout", () => passed.destroy(new Error("the judge did not answer")));
    passed.on("error", (error) => {
      note(0, error.message);
      if (!outgoing.headersSent) outgoing.writeHead(204);
      outgoing.end();
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    verdicts,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await judge.close();
    },
  };
}

export const isRefusal = (status: number): boolean => REFUSED.has(status);
