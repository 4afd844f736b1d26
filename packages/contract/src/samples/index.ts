export { type BrokenSample, brokenSampleOf } from "./broken-sample-of.ts";
export type { SampleMode } from "./place.ts";
export { createRandom, type Random } from "./random.ts";
export { type SampleOptions, sampleOf } from "./sample-of.ts";
