/** A request and its answer. */
export interface TranscriptEntry {
  number: number;
  /** By the emulator's clock. */
  at: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
  /** Absent: the connection broke before there was one. */
  status?: number;
  answerHeaders: Record<string, string>;
  answer?: unknown;
  /** Which rule of the script it met. */
  fault?: number;
}
