/** Constant, so that a new release goes on with the runs of the old one; the interpreter generation is in the input. */
const VERSION = "mortise-1";

/**
 * The DBOS application version under which a scope's runs stand. DBOS recovers and dequeues only what has the version of the
 * process, so that a version per scope keeps the runs of one scope out of the hands of the others.
 */
export function scopeVersion(scope: string): string {
  return scope === "" ? VERSION : `${VERSION}@${scope}`;
}

/** The scope behind a version. */
export function scopeOf(version: string): string {
  return version.slice(VERSION.length + 1);
}
