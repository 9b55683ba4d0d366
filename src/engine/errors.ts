import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError, MongoSystemError } from 'mongodb';
import { MalformedBson } from '../bson/documents.ts';
import { isProblem, messageOf, Problem } from '../errors.ts';

/** A deployment cannot be reached or refused the connection. The caller knows whether it is a source or a target and says so. */
export class DeploymentUnavailable extends Error {
  readonly address: string;

  constructor(address: string, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'DeploymentUnavailable';
    this.address = address;
  }
}

/**
 * Work that broke off for a reason that may pass: a lost cursor, a lost connection, a change of primary.
 * Nothing is wrong with the data; the same work may be started again.
 */
export class Interrupted extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what}: ${messageOf(cause)}`, { cause });
    this.name = 'Interrupted';
  }
}

/** The server no longer has the history of the moment that a snapshot is read at: it has to begin anew, at a later moment or without one. */
export class HistoryLost extends Interrupted {
  constructor(cause: unknown) {
    super('The moment of the snapshot is too long ago for the server', cause);
    this.name = 'HistoryLost';
  }
}

/** Server error codes (https://www.mongodb.com/docs/manual/reference/error-codes/) that the engine decides by. */
export const CODES = {
  badValue: 2,
  failedToParse: 9,
  unauthorized: 13,
  typeMismatch: 14,
  namespaceNotFound: 26,
  indexNotFound: 27,
  cursorNotFound: 43,
  namespaceExists: 48,
  commandNotFound: 59,
  cannotCreateIndex: 67,
  invalidOptions: 72,
  commandNotSupported: 115,
  invalidIndexSpecificationOption: 197,
  notImplemented: 238,
  snapshotTooOld: 239,
  snapshotUnavailable: 246,
  mixedSchemaBuckets: 408,
  duplicateKey: 11000,
  unknownField: 40415,
} as const;

/** The codes that the drivers' retry specification calls retryable, a lost cursor, and a read that took too long. */
const TRANSIENT_CODES = new Set<unknown>([
  6, 7, 43, 50, 89, 91, 112, 134, 189, 262, 290, 317, 9001, 10107, 11600, 11602, 13435, 13436, 50738,
]);

/** Whether the same request may succeed when it is made again. */
export function isTransient(error: unknown): boolean {
  // Bytes that are no BSON: the line may have broken them, and another reading tells.
  if (error instanceof Interrupted || error instanceof MongoNetworkError || error instanceof MalformedBson) return true;
  if (error instanceof MongoServerSelectionError || error instanceof MongoSystemError) return true;
  if (error instanceof MongoServerError) return TRANSIENT_CODES.has(error.code);
  return false;
}

/** Codes of a server that does not know a command, an option or an index kind. */
const UNSUPPORTED_CODES = new Set<unknown>([
  CODES.badValue,
  CODES.failedToParse,
  CODES.typeMismatch,
  CODES.commandNotFound,
  CODES.cannotCreateIndex,
  CODES.invalidOptions,
  CODES.commandNotSupported,
  CODES.invalidIndexSpecificationOption,
  CODES.notImplemented,
  CODES.unknownField,
]);

export function isUnsupported(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && UNSUPPORTED_CODES.has(error.code);
}

export function hasCode(error: unknown, ...codes: number[]): error is MongoServerError {
  if (!(error instanceof MongoServerError)) return false;
  // Old servers, and mongo-java-server, answer this one without a code.
  const code = error.code ?? (/^(ns not found|source namespace does not exist)/.test(error.message) ? CODES.namespaceNotFound : undefined);
  return codes.includes(code as number);
}

/**
 * What to throw for `error`, which came while doing `what` ("to create the collection shop.orders"): problems and interruptions as they
 * are, a transient driver error as {@link Interrupted}, any other driver error as the problem `mongodb-failed`. The rest is a defect and stays.
 */
export function engineError(error: unknown, what: string): unknown {
  if (isProblem(error) || error instanceof Interrupted || error instanceof DeploymentUnavailable) return error;
  if (hasCode(error, CODES.snapshotTooOld, CODES.snapshotUnavailable)) return new HistoryLost(error);
  if (error instanceof MalformedBson) return new Interrupted(`MongoDB was asked ${what} and answered with damaged bytes`, error);
  if (isTransient(error)) return new Interrupted(`MongoDB could not be asked ${what}`, error);
  if (error instanceof MongoError) return new Problem('mongodb-failed', [what, sentenceOf(error)], { cause: error, hint: hintFor(error) });
  return error;
}

/** The driver's message without its final full stop, on one line and not longer than a sentence should be. */
export function sentenceOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 400);
}

function hintFor(error: MongoError): string | undefined {
  if (error.code === CODES.unauthorized) return 'Give the user of the connection string the roles that docs/deployments.md lists.';
  return undefined;
}
