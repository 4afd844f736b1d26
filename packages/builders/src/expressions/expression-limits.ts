/** Bounds of one expression; passing one is `EXPRESSION_LIMIT`. */
export interface ExpressionLimits {
  /** Characters of source. Absent: 16,384. */
  readonly sourceLength: number;
  /** Nodes of the syntax tree. Absent: 5,000. */
  readonly nodes: number;
  /** Nesting of the syntax tree. Absent: 200. */
  readonly depth: number;
  /** Steps of one evaluation: an element visited, 64 characters or 8 list elements made, each count 1. Absent: 1,000,000. */
  readonly steps: number;
  /** Characters of one text that is made, and elements of one list. Absent: 10,000,000. */
  readonly size: number;
}

export const EXPRESSION_LIMITS: ExpressionLimits = Object.freeze({
  sourceLength: 16_384,
  nodes: 5_000,
  depth: 200,
  steps: 1_000_000,
  size: 10_000_000,
});
