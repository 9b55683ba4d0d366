import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Document } from 'bson';
import { encodeAnswer, MessageSplitter, parseRequest, type Request } from './wire-server/message.ts';

/** What happens at a place of the traffic, and where that is. */
export interface Fault {
  /** At the `nth` MongoDB command of this name from now on (the first, unless given); `every`: at each n-th again. */
  command?: string;
  nth?: number;
  every?: boolean;
  /** Instead: once so many bytes have passed in this direction, over all connections; what goes beyond them is not passed on. */
  bytes?: number;
  direction?: 'to server' | 'to client';
  /**
   * `reset`: the connection breaks (RST). `cut`: all connections do, as when a server is killed. `stall`: nothing passes on this connection any more, and nobody says so.
   * Or a refusal that is answered instead of the server's answer.
   */
  act: 'reset' | 'cut' | 'stall' | Document;
  /** Whether the server gets the command and carries it out, so that only its answer is lost. */
  carriedOut?: boolean;
}

export interface Injected {
  /** Resolves when it happens for the first time. */
  first: Promise<void>;
  times: number;
  remove(): void;
}

interface Watched extends Injected {
  fault: Fault;
  left: number;
  happen(): void;
}

/** How slow the line is; both directions. */
export interface Line {
  latency: number;
  bytesPerSecond: number;
}

/** What a real server says when another member has become the primary, and of a cursor that it no longer has. */
export const NOT_PRIMARY: Document = { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
export const CURSOR_NOT_FOUND: Document = { ok: 0, code: 43, codeName: 'CursorNotFound', errmsg: 'cursor id not found' };

/**
 * A TCP proxy in front of a server on the loopback that injects faults: it slows the line, breaks or stalls connections at chosen bytes or MongoDB commands, answers in
 * the server's place. So a test can break what it likes at a place that it knows.
 */
export class FaultProxy {
  readonly line: Line = { latency: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  /** While it is set, whatever a client sends is answered with these bytes, and its connection ends: a server that is too busy. Of bytes alone, not of MongoDB. */
  busy: Buffer | null = null;
  /** How many faults have happened. */
  faults = 0;
  readonly #protocol: 'mongodb' | 'bytes';
  readonly #targetPort: number;
  readonly #server = createServer({ noDelay: true }, (client) => this.#accept(client));
  readonly #connections = new Set<Connection>();
  #watched: Watched[] = [];
  #isPartitioned = false;

  private constructor(targetPort: number, protocol: 'mongodb' | 'bytes') {
    this.#targetPort = targetPort;
    this.#protocol = protocol;
  }

  static async start(target: string | number, protocol: 'mongodb' | 'bytes' = 'mongodb'): Promise<FaultProxy> {
    const proxy = new FaultProxy(typeof target === 'number' ? target : Number(new URL(target).port), protocol);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/`;
  }

  inject(fault: Fault): Injected {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watched: Watched = {
      fault,
      left: fault.bytes ?? fault.nth ?? 1,
      first: promise,
      times: 0,
      happen: () => {
        this.faults += 1;
        watched.times += 1;
        resolve();
        if (fault.every) watched.left = fault.bytes ?? fault.nth ?? 1;
        else watched.remove();
      },
      remove: () => {
        this.#watched = this.#watched.filter((one) => one !== watched);
      },
    };
    this.#watched.push(watched);
    return watched;
  }

  /** Resolves when the command has come; from there on its connection stands still. */
  holdAt(hold: { command: string; nth: number; carriedOut: boolean }): Promise<void> {
    return this.inject({ ...hold, act: 'stall' }).first;
  }

  /** No fault is waiting and the line is quick again; what stalls already stays so. */
  clear(): void {
    this.#watched = [];
    Object.assign(this.line, { latency: 0, bytesPerSecond: Number.POSITIVE_INFINITY });
    this.partition(false);
    this.busy = null;
  }

  /** Nothing passes on the connections of now any more, and nobody says so; new ones are as ever. */
  stall(): void {
    for (const connection of this.#connections) connection.stall();
  }

  /** Breaks every connection now. */
  cut(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /** Nothing passes on any connection, new ones included, until it is lifted; then everything comes through late. */
  partition(on: boolean): void {
    this.#isPartitioned = on;
    for (const connection of this.#connections) connection.freeze(on);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const upstream = connect({ port: this.#targetPort, host: '127.0.0.1', noDelay: true });
    const connection = new Connection(client, upstream, this.line, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    if (this.#isPartitioned) connection.freeze(true);
    const splitter = new MessageSplitter();
    client.on('data', (piece) => {
      if (this.busy) {
        this.faults += 1;
        connection.end(this.busy);
      } else if (this.#protocol === 'bytes') this.#pass(connection, piece, 'to server');
      else for (const message of splitter.push(piece)) this.#command(connection, message);
    });
    upstream.on('data', (piece) => this.#pass(connection, piece, 'to client'));
  }

  #command(connection: Connection, message: Buffer): void {
    const waiting = this.#watched.filter((one) => one.fault.command !== undefined);
    const request = waiting.length > 0 ? parseRequest(message) : null;
    const due = request && waiting.filter((one) => one.fault.command! in request.command && --one.left <= 0)[0];
    if (!due) this.#pass(connection, message, 'to server');
    else this.#breakAt(connection, message, request, due);
  }

  #breakAt(connection: Connection, message: Buffer, request: Request, due: Watched): void {
    const { act, carriedOut = false } = due.fault;
    due.happen();
    if (typeof act === 'object') {
      for (const part of encodeAnswer(request, act)) connection.send(part, 'to client');
      return;
    }
    if (act === 'stall') connection.stall();
    if (carriedOut) connection.send(message, 'to server', true);
    const breakOff = () => {
      if (act === 'cut') this.cut();
      if (act === 'reset') connection.reset();
    };
    if (carriedOut) connection.onAnswer(breakOff);
    else breakOff();
  }

  #pass(connection: Connection, piece: Buffer, direction: 'to server' | 'to client'): void {
    const due = this.#watched.find(({ fault }) => fault.bytes !== undefined && (fault.direction ?? 'to server') === direction);
    if (due) due.left -= piece.length;
    connection.send(due && due.left < 0 ? piece.subarray(0, piece.length + due.left) : piece, direction);
    if (!due || due.left > 0) return;
    const { act } = due.fault;
    due.happen();
    if (act === 'stall') connection.stall();
    else if (act === 'cut') this.cut();
    else connection.reset();
  }
}

/** A client's connection and the one behind it. */
class Connection {
  readonly #sockets: Record<'to server' | 'to client', Socket>;
  readonly #line: Line;
  /** When the line will have carried what was sent, in each direction. */
  readonly #freeAt = { 'to server': 0, 'to client': 0 };
  /** What a slow line carries, with the moment at which it arrives. One timer takes it from here: with a timer for each piece, one could overtake another. */
  readonly #carried: Record<'to server' | 'to client', { piece: Buffer; at: number }[]> = { 'to server': [], 'to client': [] };
  #isStalled = false;
  #onAnswer: (() => void) | null = null;

  constructor(client: Socket, upstream: Socket, line: Line, onClose: () => void) {
    this.#sockets = { 'to server': upstream, 'to client': client };
    this.#line = line;
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('close', () => {
      // What is being carried out goes on; its answer has nobody to come to.
      if (!this.#onAnswer) upstream.destroy();
      onClose();
    });
    upstream.on('close', () => {
      if (this.#carried['to client'].length === 0) client.destroy();
    });
  }

  /** `through`: past a stall. */
  send(piece: Buffer, direction: 'to server' | 'to client', through = false): void {
    if (direction === 'to client' && this.#onAnswer) {
      this.#onAnswer();
      this.#onAnswer = null;
      return;
    }
    if (this.#isStalled && !through) return;
    const { latency, bytesPerSecond } = this.#line;
    const now = performance.now();
    const freeAt = Math.max(now, this.#freeAt[direction]) + (piece.length / bytesPerSecond) * 1000;
    this.#freeAt[direction] = freeAt;
    const carried = this.#carried[direction];
    if (carried.length === 0 && latency === 0 && freeAt <= now) this.#write(piece, direction);
    else if (carried.push({ piece, at: freeAt + latency }) === 1) this.#arrive(direction);
  }

  #arrive(direction: 'to server' | 'to client'): void {
    const carried = this.#carried[direction];
    while (carried[0] && carried[0].at <= performance.now()) this.#write(carried.shift()!.piece, direction);
    if (carried[0]) setTimeout(() => this.#arrive(direction), carried[0].at - performance.now());
    else if (direction === 'to client' && this.#sockets['to server'].closed) this.#sockets['to client'].end();
  }

  #write(piece: Buffer, direction: 'to server' | 'to client'): void {
    const to = this.#sockets[direction];
    const from = this.#sockets[direction === 'to server' ? 'to client' : 'to server'];
    if (to.destroyed || to.write(piece)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  /** What to do instead of passing on the answer that is waited for. */
  onAnswer(act: () => void): void {
    this.#onAnswer = act;
  }

  stall(): void {
    this.#isStalled = true;
  }

  /** The client's last answer, which the server knows nothing of. */
  end(answer: Buffer): void {
    this.stall();
    this.#sockets['to client'].end(answer);
  }

  freeze(on: boolean): void {
    for (const socket of Object.values(this.#sockets)) {
      if (on) socket.pause();
      else socket.resume();
    }
  }

  reset(): void {
    for (const socket of Object.values(this.#sockets)) socket.resetAndDestroy();
  }
}
