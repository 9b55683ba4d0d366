import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import Value from 'typebox/value';
import { sendBody } from '../api/atlas/answers.ts';
import { readJsonObject } from '../api/atlas/json-body.ts';
import type { Json } from '../api/atlas/pretty.ts';
import { readBody } from '../api/native/body.ts';
import { Problem } from '../errors.ts';
import { CONTROL, checkControl } from './control-request.ts';
import { DURATION, parseDuration } from './duration.ts';
import type { EmulatedTime } from './emulated-time.ts';
import { type FaultRule, FaultRules, mistakeIn } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import { readMoment } from './moment.ts';
import { type Mistake, mistakeOfSchema } from './schema-mistake.ts';
import { packState } from './state-file.ts';
import type { States } from './states.ts';
import type { Transcript } from './transcript.ts';

export interface Controls {
  time: EmulatedTime;
  faults: Faults;
  transcript: Transcript;
  publicUrl: () => string;
  states: States;
  /** Everything as it was at the start; answers what the start printed. */
  reset(): Promise<Json>;
  save(name: string): Promise<void>;
  /** As `reset`, to a state that was saved. */
  load(name: string): Promise<Json>;
}

/** The routes by which a test steers the emulator. They are nowhere but in an emulator. */
export async function controlRoutes(scope: FastifyInstance, controls: Controls): Promise<void> {
  scope.addHook('preHandler', async (request) => checkControl(request, controls.publicUrl()));
  const route = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, handler: (request: FastifyRequest) => Promise<Json>) =>
    scope.route({
      method,
      url: CONTROL + path,
      handler: async (request, reply) => sendBody(reply, 200, await handler(request), { envelope: false, pretty: isPretty(request) }),
    });
  route('GET', '/clock', async () => clockBody(controls.time));
  route('PUT', '/clock', async ({ body }) => {
    await moveClock(controls.time, readJsonObject(body));
    return clockBody(controls.time);
  });
  route('POST', '/reset', () => controls.reset());
  route('GET', '/faults', async () => faultsBody(controls.faults));
  route('PUT', '/faults', async ({ body }) => {
    controls.faults.replace(readFaults(readJsonObject(body)));
    return faultsBody(controls.faults);
  });
  route('DELETE', '/faults', async () => {
    controls.faults.replace([]);
    return faultsBody(controls.faults);
  });
  const { states } = controls;
  route('GET', '/state', async () => ({ states: states.list }));
  route('POST', '/state', async ({ body }) => {
    const { name } = readBody(StateBody, readJsonObject(body));
    await controls.save(name);
    return { ...states.list.find((saved) => saved.name === name) };
  });
  route('POST', '/state/:name/load', ({ params }) => controls.load((params as { name: string }).name));
  scope.get(`${CONTROL}/state/:name/file`, async ({ params }, reply) => {
    const saved = await states.find((params as { name: string }).name);
    // One that is forgotten or replaced meanwhile breaks the answer off.
    return reply.type('application/gzip').send(pipeline(Readable.from(packState(saved)), createGzip(), () => {}));
  });
  route('DELETE', '/state/:name', async ({ params }) => {
    await states.remove((params as { name: string }).name);
    return { states: states.list };
  });
  route('GET', '/transcript', async () => ({
    entries: controls.transcript.entries as unknown as Json[],
    omitted: controls.transcript.omitted,
    faults: faultsBody(controls.faults),
  }));
}

const StateBody = Type.Object(
  { name: Type.String({ pattern: '^[\\w.-]{1,100}$', description: 'Letters, digits, _, . and -.' }) },
  { additionalProperties: false },
);
const FaultsBody = Type.Object({ faults: FaultRules }, { additionalProperties: false });

function readFaults(body: Record<string, unknown>): FaultRule[] {
  const refusal = ({ place, expected }: Mistake) => new Problem('invalid-value', [place.join('.').slice(0, 100) || 'faults', expected]);
  if (!Value.Check(FaultsBody, body)) throw refusal(mistakeOfSchema(FaultsBody, body));
  for (const [n, rule] of body.faults.entries()) {
    const mistake = mistakeIn(rule);
    if (mistake) throw refusal({ ...mistake, place: ['faults', n, ...mistake.place] });
  }
  return body.faults;
}

function faultsBody(faults: Faults): Json {
  return {
    faults: faults.states.map(({ rule, matched, applied }) => ({ ...(rule as object), matched, applied })),
    unmatched: faults.unmatched,
  };
}

function isPretty({ query }: FastifyRequest): boolean {
  return (query as Record<string, unknown>).pretty === 'true';
}

function clockBody({ clock }: EmulatedTime): Json {
  return { now: clock.now().toISOString(), frozen: clock.isFrozen };
}

/** `now` or `advance`, `frozen`, or one of the first two with the last, which then holds afterwards. */
async function moveClock(time: EmulatedTime, body: Record<string, unknown>): Promise<void> {
  const { now, advance, frozen, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Problem('invalid-value', [unknown.slice(0, 100), 'the clock has now, advance and frozen']);
  if (now !== undefined && advance !== undefined) throw new Problem('invalid-value', ['advance', 'now was given as well']);
  if (now === undefined && advance === undefined && frozen === undefined) throw new Problem('missing-value', ['now, advance or frozen']);
  if (frozen !== undefined && typeof frozen !== 'boolean') throw new Problem('invalid-value', ['frozen', 'true or false is expected']);
  const to = now === undefined ? null : readMoment(now);
  const by = advance === undefined ? null : parseDuration(advance);
  if (advance !== undefined && by === null)
    throw new Problem('invalid-value', ['advance', `${DURATION} is expected, and time never goes back`]);
  if (frozen === true) await time.freeze(true);
  if (to) await time.advanceTo(to);
  if (by !== null) await time.advanceBy(by);
  if (frozen === false) await time.freeze(false);
}
