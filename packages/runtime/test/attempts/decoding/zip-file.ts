import { crc32, deflateRawSync } from "node:zlib";

/** One file of an archive to make. `claims` overrides what the archive says about it. */
export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly claims?: { readonly size?: number; readonly checksum?: number; readonly encrypted?: boolean };
}

/** A zip archive (APPNOTE 6.3): deflated files, central directory, end record. */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims = {} } of entries) {
    const bytes = Buffer.from(content);
    const path = Buffer.from(name);
    const data = deflateRawSync(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800 | (claims.encrypted === true ? 1 : 0), 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(claims.checksum ?? crc32(bytes), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(claims.size ?? bytes.length, 18);
    head.writeUInt16LE(path.length, 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), head, path, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), head, rest, path]));
    files.push(file);
    offset += file.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, Buffer.from("PK\x05\x06"), end]);
}
