import { on } from "@mortise/sdk";

/** What the replies of a mail server mean (RFC 5321 §4.2, RFC 4954 §6), and the codes of the session where there was no reply. */
export const outcomes = [
  on({ code: ["530", "534", "535", "538", "ENOAUTH", "EAUTH"] }).credential(),
  on({ code: "4*" }).transient(),
  on({ code: "5*" }).rejected(),
  on({ code: ["ECONNECTION", "ESOCKET", "ETIMEDOUT", "EDNS", "EPROTOCOL"] }).transient(),
  on({ code: ["EENVELOPE", "EMESSAGE"] }).rejected(),
];
