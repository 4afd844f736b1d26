import { escapeSegment } from "@mortise/contract";

/** Appends a name to a JSON pointer (RFC 6901). */
export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${escapeSegment(String(name))}`;
}
