/** A worker or a process: answers every request with a small JSON document, and tells its port. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";

const BODY = JSON.stringify({ id: 7, name: "Ada", tags: ["a", "b"] });
const server = createServer((request, response) => {
  // What is sent is read to its end, or the connection could not be kept.
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) });
  response.end(BODY);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  if (parentPort === null) process.send?.(port);
  else parentPort.postMessage(port);
});
process.once("disconnect", () => process.exit());
