/**
 * Buffers of one size that are used again and again. New ones of this size come from the operating system page by page, and wake the garbage collector
 * long before there is anything to collect.
 */
export class BufferPool {
  readonly #size: number;
  readonly #idle: Buffer[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** A buffer of the pool's size, with whatever was in it before. */
  take(): Buffer {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.#size);
  }

  /** `bytes` lie in a buffer of the pool, which nobody looks at any more. What lies elsewhere is left to the garbage collector. */
  giveBack(bytes: Buffer): void {
    const { buffer } = bytes;
    if (buffer.byteLength === this.#size) this.#idle.push(Buffer.from(buffer, 0, this.#size));
  }
}
