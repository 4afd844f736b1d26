// Appends rows in a process that kills itself (SIGKILL) before its n-th change of a file, having done half of it where it is a write.
// Arguments: folder, file, key, rows as JSON, n (0: never). Prints how many changes there were.
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "@mortise/sdk";
import { call, contextIn } from "../native-context.ts";

const [folder = "", file = "", key = "", rows = "[]", killAt = "0"] = process.argv.slice(2);

type Method = (...args: unknown[]) => Promise<unknown>;
const probe = await open(import.meta.filename, "r");
const prototype = Object.getPrototypeOf(probe) as Record<string, Method>;
await probe.close();

let changes = 0;
for (const name of ["write", "writeFile", "truncate", "datasync", "sync"]) {
  const real = prototype[name] as Method;
  prototype[name] = async function (this: unknown, ...args: unknown[]) {
    if (++changes === Number(killAt)) {
      const [bytes, start, length, position] = args as [Buffer, number, number, number];
      if (name === "write") await real.call(this, bytes, start, Math.floor(length / 2), position);
      if (name === "writeFile") await real.call(this, String(args[0]).slice(0, 3));
      process.kill(process.pid, "SIGKILL");
    }
    return real.apply(this, args);
  };
}

await call("appendRows", { path: join(folder, file), rows: JSON.parse(rows) as Json }, contextIn(folder, key));
console.log(changes);
