const REASONS: { readonly [code: string]: string } = {
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "something of that name is there",
  EACCES: "the permissions forbid it",
  EPERM: "the permissions forbid it",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
};

/** Why a file could not be read or written, in words; the system's own words where they are not known here. */
export function fileReason(error: unknown, doing: "read" | "write"): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return doing === "read" ? "it does not exist" : "its folder does not exist";
  return (code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? message;
}
