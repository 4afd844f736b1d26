import { on } from "@mortise/sdk";

/** What reason codes of a broker mean (MQTT 3.1.1 section 3.2.2.3, MQTT 5.0 section 2.4), and codes of the session where there was none. */
export const outcomes = [
  on({ code: ["4", "5", "134", "135"] }).credential(),
  on({ code: ["3", "136", "137", "ECONNRESET", "ECLOSED"] }).transient(),
  on({ code: ["1", "2", "128", "132", "133", "144", "149", "151", "153"] }).rejected(),
];
