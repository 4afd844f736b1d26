import { CATALOGUE, type Category, type ErrorCode, type Outcome } from "@mortise/contract";

type Failure = Exclude<Outcome, "success">;

const BY_CATEGORY: { readonly [category in Category]: Failure } = {
  config: "fault",
  credential: "fault",
  poison: "poison",
  transient: "sick",
  bug: "poison",
};

/** The outcome that an error's code stands for: config and credential → fault, transient → sick, poison and bugs → poison. */
export function outcomeOf(code: ErrorCode): Failure {
  return code === "UNKNOWN_OUTCOME" ? "unknown" : BY_CATEGORY[CATALOGUE[code].category];
}
