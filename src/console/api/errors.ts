/** A refusal or a failure, as an error's body of the server tells it; status 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What to do about it, where the server or we know. */
  readonly hint: string | undefined;

  constructor(status: number, code: string, message: string, hint?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.hint = hint ?? HINTS[code] ?? hintOfStatus(status);
  }
}

/** What the codes mean to somebody at a page. Where the server gives a hint, that is shown instead. */
const HINTS: Readonly<Record<string, string>> = {
  OFFLINE: 'Check that the service runs and that this machine reaches it. The page tries again by itself.',
  NOT_LIFEBOAT: 'Something between this browser and Lifeboat answered in its place, a proxy for example. Look at its log.',
  INVALID_CREDENTIALS:
    'Check both and try again. An owner can give you a new password; at the machine itself `npx lifeboat users password NAME` does.',
  NOT_SIGNED_IN: 'Sign in again.',
  CSRF_TOKEN_INVALID: 'Load the page again: you were signed in anew in another tab.',
  CLUSTER_NOT_FOUND: 'It may have been removed meanwhile. Go back to the overview.',
};

function hintOfStatus(status: number): string | undefined {
  if (status === 401 || status === 403) return 'Ask an owner of the project for a role that allows it.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status >= 500) return 'Try again. If it stays, the log of `lifeboat serve` has the reason.';
  return undefined;
}

/** Whether what was asked for is not there, or not any more. */
export function isNotThere(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    0,
    'UNEXPECTED',
    error instanceof Error ? error.message : String(error),
    'Load the page again. If it stays, it is a defect of the console.',
  );
}

/** The body of an error, from whatever came. */
export function errorOfAnswer(status: number, text: string, retryAfter: string | null): ApiError {
  let body: { errorCode?: unknown; detail?: unknown; reason?: unknown; hint?: unknown } = {};
  try {
    body = JSON.parse(text) ?? {};
  } catch {
    if (text) return new ApiError(status, 'NOT_LIFEBOAT', `The answer (${status}) is not one of Lifeboat's.`);
  }
  const code = typeof body.errorCode === 'string' ? body.errorCode : `HTTP_${status}`;
  const message = [body.detail, body.reason].find((part) => typeof part === 'string' && part !== '') ?? `The server answered ${status}.`;
  const wait = status === 429 && retryAfter ? `Wait ${retryAfter} seconds, then try again.` : undefined;
  return new ApiError(status, code, message as string, wait ?? (typeof body.hint === 'string' ? body.hint : undefined));
}
