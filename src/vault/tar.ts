/** Headers of the POSIX tar format (IEEE Std 1003.1, pax interchange format), as GNU tar and libarchive read them. */

export const TAR_BLOCK = 512;
/** Eleven octal digits: 8 GiB - 1. */
const LARGEST_OCTAL = 0o77777777777;
const LONGEST_NAME = 100;

export interface TarEntry {
  /** With slashes; a folder ends with one. */
  path: string;
  size: number;
  /** Seconds since 1970. */
  modified: number;
}

/** The entry's header block, with extended header records before it where the path is long or not ASCII, or the size is over 8 GiB. */
export function tarHeader(entry: TarEntry): Buffer {
  const records: string[] = [];
  const pathBytes = Buffer.byteLength(entry.path);
  if (pathBytes > LONGEST_NAME || !/^[\x20-\x7e]*$/.test(entry.path)) records.push(paxRecord('path', entry.path));
  if (entry.size > LARGEST_OCTAL) records.push(paxRecord('size', String(entry.size)));
  const type = entry.path.endsWith('/') ? '5' : '0';
  const header = block(entry.path, Math.min(entry.size, LARGEST_OCTAL), entry.modified, type);
  if (records.length === 0) return header;
  const extended = Buffer.from(records.join(''));
  return Buffer.concat([block('PaxHeader', extended.length, entry.modified, 'x'), extended, tarPadding(extended.length), header]);
}

/** Zeros from the end of a file's data to the next block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

/** The end of an archive: two blocks of zeros. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * TAR_BLOCK);
}

function block(path: string, size: number, modified: number, type: string): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  // What reads extended headers ignores this name where it is cut; a folder's slash is kept by its type.
  Buffer.from(path).copy(header, 0, 0, LONGEST_NAME);
  header.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  header.write('0000000\0', 108); // user
  header.write('0000000\0', 116); // group
  header.write(`${octal(size, 11)}\0`, 124);
  header.write(`${octal(modified, 11)}\0`, 136);
  header.write('        ', 148); // the checksum counts as spaces in itself
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** `LENGTH key=value\n`, where LENGTH counts the whole record, its own digits included. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${length} ${key}=${value}\n`;
}
