import { MortiseError } from "@mortise/contract";
import { type FreshToken, freshFields } from "./fresh-token.ts";

/** Characters of all that comes with one token: no header takes more than a part of it, and the whole is sealed at each renewal. */
const MOST = 131_072;

/** A token with all that came with it. Throws `LIMIT_EXCEEDED` for one that is larger than any that could be sent. */
export function boundedToken(fresh: FreshToken, host: string): FreshToken {
  const texts = [fresh.token, fresh.refreshToken ?? "", ...Object.values(freshFields(fresh))];
  const size = texts.reduce((sum, { length }) => sum + length, 0);
  if (size <= MOST) return fresh;
  throw new MortiseError(
    "LIMIT_EXCEEDED",
    `${host} gave a token of ${size} characters with all that came with it; ${MOST} are the most.`,
    {
      remedy: "Check that the contract reads the token from the right place.",
    },
  );
}
