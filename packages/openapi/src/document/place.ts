import { joinPointer } from "@mortise/contract";
import { isObject, own } from "./loose.ts";

/** One file of a document. */
export interface SourceFile {
  /** Path as given, relative to where the first file is. */
  readonly name: string;
  readonly value: unknown;
  readonly lineOf: (pointer: string) => number;
}

/** A value in a file, and where it stands. */
export interface Place {
  readonly file: SourceFile;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly value: unknown;
}

/** Identity of a place across files. */
export function placeKey({ file, pointer }: Place): string {
  return `${file.name}#${pointer}`;
}

/** The place of a key or index below; undefined where nothing is there. */
export function child(place: Place, key: string | number): Place | undefined {
  const value = Array.isArray(place.value) ? (place.value as readonly unknown[])[Number(key)] : own(place.value, String(key));
  return value === undefined ? undefined : { file: place.file, pointer: place.pointer + joinPointer(key), value };
}

/** The entries of an object; none where the place is something else. */
export function entries(place: Place | undefined): readonly (readonly [key: string, place: Place])[] {
  if (place === undefined || !isObject(place.value)) return [];
  return Object.entries(place.value).map(([key, value]) => [
    key,
    { file: place.file, pointer: place.pointer + joinPointer(key), value },
  ]);
}

/** The items of a list; none where the place is something else. */
export function items(place: Place | undefined): readonly Place[] {
  if (place === undefined || !Array.isArray(place.value)) return [];
  return place.value.map((value: unknown, index) => ({ file: place.file, pointer: `${place.pointer}/${index}`, value }));
}
