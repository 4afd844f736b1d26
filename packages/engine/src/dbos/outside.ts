import { AsyncLocalStorage } from "node:async_hooks";

/** Leaves the workflow in which the caller may be, so that what it asks of DBOS is not journaled as a step of that workflow. */
export const outside: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
