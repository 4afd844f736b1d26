import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A table of the package `vega-datasets`: public data in everyday shape, with its everyday faults. */
export function sampleDataFile(name: string): string {
  return join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", name);
}
