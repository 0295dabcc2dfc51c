/** Reads bytes as bits, the most significant first. Undefined: behind the end. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readBit(): number | undefined {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined) return undefined;
    return (byte >> (7 - (this.#position++ & 7))) & 1;
  }

  /** Bytes stand at the beginning only, before any bit has been read. */
  readByte(): number | undefined {
    const byte = this.#bytes[this.#position >> 3];
    this.#position += 8;
    return byte;
  }
}
