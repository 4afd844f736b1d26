import { MortiseError } from "@mortise/contract";

/** A way of signing that needs all of a body, of which there is a digest alone. */
export function wantsWholeBody(): MortiseError {
  return new MortiseError(
    "MISCONFIGURED",
    "This way of signing needs the whole body, and this one is read from a file while it is sent.",
    {
      remedy: "Sign a digest (bodySha256) or the headers alone, or connect in another way.",
    },
  );
}
