/** The thread in which guests run, one call after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { GuestCall } from "../guest/guest-call.ts";
import { stopClock } from "../guest/guest-clock.ts";
import { runGuest } from "../guest/run-guest.ts";

const clock = stopClock();
const { module } = workerData as { readonly module: WebAssembly.Module };

parentPort?.on("message", async (call: GuestCall) => parentPort?.postMessage(await runGuest({ module, clock }, call)));
parentPort?.postMessage("ready");
