// The family of a model, by the header of its file.

/** What a safetensors file says of itself; undefined when it is none, which the module then says in words. */
export function familyOf(file: Uint8Array): string | undefined {
  try {
    const { buffer, byteOffset } = file;
    const length = Number(new DataView(buffer, byteOffset, 8).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    return header.__metadata__.family;
  } catch {
    return undefined;
  }
}
