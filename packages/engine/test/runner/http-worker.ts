// A process of its own that runs one POST durably and reports how it ended; killed while the answer is held back.
import { dbosEngine, openRunner } from "../../src/index.ts";
import { httpRuntime, postOnce } from "./http-job.ts";

const [dataDir = "", runId = "", url = "", idempotencyHeader] = process.argv.slice(2);
const engine = await dbosEngine({ dataDir }, { write: () => {} });
const runner = await openRunner({ runtime: httpRuntime(), engine });
const end = await runner.run(postOnce(url, idempotencyHeader), { runId });
await runner.close();
process.send?.(end);
process.disconnect?.();
