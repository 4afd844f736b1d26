// A process of its own that durably runs writes with a probe and reports how they ended; killed while their answers are held back.
import { dbosEngine, openRunner } from "../../src/index.ts";
import { addOrder, probedRuntime } from "./probed-job.ts";

const [dataDir = "", origin = "", ...runs] = process.argv.slice(2);
const engine = await dbosEngine({ dataDir }, { write: () => {} });
const runner = await openRunner({ runtime: probedRuntime(), engine });
const ends = await Promise.all(runs.map((runId) => runner.run(addOrder(`${origin}/${runId}`), { runId })));
await runner.close();
process.send?.(ends);
process.disconnect?.();
