/** A command that the server refuses. */
export class Refusal extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}

export function refuse(code: number, codeName: string, message: string): never {
  throw new Refusal(code, codeName, message);
}
