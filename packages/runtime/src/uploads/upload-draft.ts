/** Bytes that are not in memory: a file of the deployment, or what the caller gives under a name. */
export type Elsewhere = { readonly path: string } | { readonly upload: string };

/** What a body is made of, one behind the other. */
export type UploadPiece = Buffer | Elsewhere;

interface DraftParts {
  /** With this boundary, where the body has one: what no file can know. */
  readonly pieces: (boundary: string) => readonly UploadPiece[];
  /** Content-Type with that boundary. */
  readonly type: (boundary: string) => string;
}

/** A body that is not read yet. */
export class UploadDraft implements DraftParts {
  readonly pieces: (boundary: string) => readonly UploadPiece[];
  readonly type: (boundary: string) => string;

  constructor({ pieces, type }: DraftParts) {
    this.pieces = pieces;
    this.type = type;
  }
}
