// Writes a zip file (PKWARE APPNOTE 6.3.10, deflate): names and bytes alone, the same bytes for the same input. Node has
// the compression and the checksum; the rest is three small headers.
import { crc32, deflateRawSync } from 'node:zlib';

const VERSION = 20; // needed to extract: folders and deflate
const UTF8 = 0x0800;
const DEFLATE = 8;
const DATE = (1 << 5) | 1; // 1 January 1980, midnight

/** files: [name with /, bytes] in the order they shall have; at most 65,535 files and 4 GB. */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const label = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(bytes, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(label.length, 22);
    const entry = Buffer.alloc(14); // comment, disk, attributes: none
    entry.writeUInt32LE(offset, 10);
    const made = Buffer.from([VERSION, 0]);
    directory.push(Buffer.from('PK\x01\x02'), made, common, entry, label);
    parts.push(Buffer.from('PK\x03\x04'), common, label, packed);
    offset += 4 + common.length + label.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
