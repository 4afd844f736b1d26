import type { CasesByNode } from "./node-case.ts";

/** Cases of the nodes that wait and remember. */
export const stateCases: CasesByNode = {};
