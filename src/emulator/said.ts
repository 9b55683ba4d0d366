import type { ChildProcess } from 'node:child_process';

/** The standard error of an emulator: kept until it has started, for where it does not, and handed on to ours from then on. */
export class Said {
  /** What never came about, in its own words. */
  readonly unmatched: string[] = [];
  #text = '';
  #isStarted = false;
  #line = '';

  constructor(child: ChildProcess) {
    child.stderr!.setEncoding('utf8').on('data', (piece: string) => this.#hear(piece));
  }

  #hear(piece: string): void {
    this.#text = (this.#text + piece).slice(-4000);
    if (!this.#isStarted) return;
    process.stderr.write(piece);
    const lines = (this.#line + piece).split('\n');
    this.#line = lines.pop()!;
    this.unmatched.push(...lines.filter((line) => /^fault \d+ \(.*\).* never matched$/.test(line)));
  }

  get text(): string {
    return this.#text.trim();
  }

  /** What it said on the way is told now. */
  started(): void {
    this.#isStarted = true;
    if (this.#text !== '') process.stderr.write(this.#text);
  }
}
