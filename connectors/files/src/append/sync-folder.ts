import { open } from "node:fs/promises";

/** Makes new and renamed names in a folder survive a power cut (fsync of the folder, POSIX). Does nothing where folders cannot be opened. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  if (!folder) return;
  try {
    await folder.sync();
  } catch {
    // Some file systems cannot sync a folder; the names are then as safe as they can be.
  } finally {
    await folder.close();
  }
}
