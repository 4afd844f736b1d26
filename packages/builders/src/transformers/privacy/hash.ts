import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { toBase64, toHex } from "../text/text-bytes.ts";

const DIGESTS = { sha256, sha384, sha512, sha1, md5 } as const;

export const hash = defineFieldTransformer({
  name: "hash",
  title: "Digest",
  description:
    "Replaces a text by its digest (FIPS 180-4; UTF-8). It hides nothing that can be guessed, such as phone numbers. Signatures with a secret key belong to a connector's auth scheme, which alone sees secrets. sha1 and md5 only where another system wants them.",
  group: "privacy",
  params: {
    algorithm: Type.Optional(Choice(["sha256", "sha384", "sha512", "sha1", "md5"], { title: "Algorithm", default: "sha256" })),
    as: Type.Optional(Choice(["hex", "base64"], { title: "As", default: "hex" })),
  },
  takes: KIND.string | KIND.number,
  result: () => ({ type: "string" }),
  compile: ({ algorithm = "sha256", as = "hex" }) => {
    const digest = DIGESTS[algorithm];
    return (value) => {
      const bytes = digest(new TextEncoder().encode(String(value)));
      return as === "hex" ? toHex(bytes) : toBase64(bytes);
    };
  },
});
