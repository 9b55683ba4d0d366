import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../backup/caller.ts';
import type { Changes } from '../backup/changes.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import { EventStream } from './event-stream.ts';

/** Open at once, of one user or key. */
const MOST_OF_ONE = 20;

export interface StreamTimes {
  /** Between two signs of life. */
  heartbeat: number;
  /** Between two looks at whether the client may still see what it is told. */
  recheck: number;
}

interface Open {
  callerId: Id;
  stillMay: () => Promise<boolean>;
}

/** Every stream of a server: so many of one caller, alive, ended when its caller may no longer look, and when the server stops. */
export class EventStreams {
  readonly #changes: Pick<Changes, 'listen'>;
  readonly #open = new Map<EventStream, Open>();

  constructor(server: FastifyInstance, changes: Pick<Changes, 'listen'>, times: StreamTimes) {
    this.#changes = changes;
    const heartbeat = setInterval(() => this.#beat(), times.heartbeat).unref();
    const recheck = setInterval(() => void this.#recheck(), times.recheck).unref();
    // Before the server waits for its last requests: these would never end.
    server.addHook('preClose', async () => {
      clearInterval(heartbeat);
      clearInterval(recheck);
      for (const stream of this.#open.keys()) stream.end();
    });
  }

  /** Throws `too-many-streams`. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { projectId, caller, stillMay }: { projectId: Id; caller: Caller; stillMay: () => Promise<boolean> },
  ): FastifyReply {
    const count = [...this.#open.values()].filter(({ callerId }) => callerId === caller.id).length;
    if (count >= MOST_OF_ONE) throw new Problem('too-many-streams', [MOST_OF_ONE]);
    // A proxy that gathers what it passes on would keep it from the client.
    reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') return reply.send();
    const stream = new EventStream();
    this.#open.set(stream, { callerId: caller.id, stillMay });
    const since = request.headers['last-event-id'];
    const stop = this.#changes.listen(projectId, isNumber(since) ? Number(since) : since === undefined ? null : 0, (heard) =>
      stream.tell(heard),
    );
    stream.once('close', () => {
      stop();
      this.#open.delete(stream);
    });
    return reply.send(stream);
  }

  #beat(): void {
    for (const stream of this.#open.keys()) stream.beat();
  }

  /** What keeps it from being known ends no stream. */
  async #recheck(): Promise<void> {
    for (const [stream, { stillMay }] of this.#open) if (!(await stillMay().catch(() => true))) stream.end();
  }
}

function isNumber(text: unknown): text is string {
  return typeof text === 'string' && /^\d{1,16}$/.test(text);
}
