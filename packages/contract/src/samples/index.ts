export type { SampleMode } from "./place.ts";
export { type SampleOptions, sampleOf } from "./sample-of.ts";
