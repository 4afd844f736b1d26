import { MortiseError } from "@mortise/contract";

/** Longest row of a list that is read row by row, bytes or characters. */
export const MAX_ROW = 10 * 1024 * 1024;

/** The failure of a longer one. */
export const tooLong = (): MortiseError =>
  new MortiseError("LIMIT_EXCEEDED", `A row of the answer is longer than ${MAX_ROW / 1024 / 1024} MB.`);
