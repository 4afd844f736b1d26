import { on } from "@mortise/sdk";

/** What the SQLSTATEs of PostgreSQL (appendix A of its manual) mean for a call; classes by their first two characters. */
export const outcomes = [
  on({ code: ["40001", "40P01", "55P03"] }).transient(),
  on({ code: ["08*", "53*", "57P01", "57P02", "57P03", "57P05", "57014", "58*"] }).transient(),
  on({ code: "28*" }).credential(),
  on({ code: "3D000" }).configuration(),
  on({ code: "23505" }).conflict(),
  on({ code: "42P07" }).conflict(),
  on({ code: ["0*", "2*", "3*", "4*", "5*", "F0*", "HV*", "P0*", "XX*"] }).rejected(),
];
