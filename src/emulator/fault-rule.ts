import { type Static, Type } from 'typebox';
import { DAY } from '../clock.ts';
import { DURATION, parseDuration } from './duration.ts';

/** A duration, as the clock takes it. */
export const Duration = Type.Union([Type.String({ minLength: 1 }), Type.Number({ minimum: 0 })], { description: DURATION });

const Often = {
  skip: Type.Optional(Type.Integer({ minimum: 0, description: 'So many matches pass first.' })),
  count: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('always')], {
      description: 'So many matches it then applies to; 1 unless given.',
    }),
  ),
  chance: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'How likely it applies to a match, by the random seed.' }),
  ),
};

export const RequestFault = Type.Object(
  {
    request: Type.Object(
      {
        method: Type.Optional(Type.String({ pattern: '^[A-Z]+$' })),
        path: Type.Optional(
          Type.String({
            pattern: '^/',
            description: 'Of the request, without the query: `*` or `{name}` is one part, `**` any number of them.',
          }),
        ),
        cluster: Type.Optional(Type.String({ description: 'The name of a cluster in the path.' })),
      },
      { additionalProperties: false, description: 'Which requests; those without credentials never match where some are needed.' },
    ),
    ...Often,
    answer: Type.Object(
      {
        status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599, description: 'Answered instead, with an error body of Atlas.' })),
        errorCode: Type.Optional(Type.String({ pattern: '^[A-Z0-9_]+$' })),
        detail: Type.Optional(Type.String()),
        retryAfter: Type.Optional(Type.Integer({ minimum: 0, description: 'Seconds, in Retry-After.' })),
        delay: Type.Optional(Duration),
        drop: Type.Optional(Type.Literal(true, { description: 'The connection breaks without an answer, and nothing is done.' })),
        truncate: Type.Optional(
          Type.Union([Type.Integer({ minimum: 0 }), Type.Literal(true)], {
            description: 'The connection breaks after so many bytes of the body; `true`: in its middle.',
          }),
        ),
        staleNonce: Type.Optional(Type.Literal(true, { description: 'The nonce of the digest counts as stale.' })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  },
  { additionalProperties: false },
);

export const JobFault = Type.Object(
  {
    job: Type.Object(
      {
        kind: Type.Union([Type.Literal('snapshot'), Type.Literal('restore'), Type.Literal('download')]),
        cluster: Type.Optional(Type.String({ description: 'Of a restore, the source or the target.' })),
      },
      { additionalProperties: false },
    ),
    ...Often,
    outcome: Type.Object(
      {
        pending: Type.Optional(Duration),
        running: Type.Optional(Duration),
        failAt: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 100,
            description: 'It fails when so many percent of its documents are read; 100: of all, at the end.',
          }),
        ),
        reason: Type.Optional(Type.String({ minLength: 1 })),
        expired: Type.Optional(Type.Literal(true, { description: 'The link of a download has expired.' })),
        damage: Type.Optional(
          Type.Literal('chunk', {
            description: 'A byte of a chunk of the snapshot is another one: after it is taken, or before it is restored.',
          }),
        ),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  },
  { additionalProperties: false },
);

export const FaultRules = Type.Array(Type.Union([RequestFault, JobFault]), { maxItems: 1000 });

export type RequestFault = Static<typeof RequestFault>;
export type JobFault = Static<typeof JobFault>;
export type FaultRule = RequestFault | JobFault;

/** Of real time: a timer that is set for longer goes off at once. */
const LONGEST_DELAY = 24 * DAY;

/** What the schema cannot say; `null` when all is well, else what is wrong, and where in the rule. */
export function mistakeIn(rule: FaultRule): { place: string[]; expected: string } | null {
  const durations: [string[], unknown][] =
    'request' in rule
      ? [[['answer', 'delay'], rule.answer.delay]]
      : [
          [['outcome', 'pending'], rule.outcome.pending],
          [['outcome', 'running'], rule.outcome.running],
        ];
  for (const [place, value] of durations)
    if (value !== undefined && parseDuration(value) === null) return { place, expected: `${DURATION} is expected` };
  if ('request' in rule) return mistakeInAnswer(rule.answer);
  const { job, outcome } = rule;
  if (outcome.expired && job.kind !== 'download') return { place: ['outcome', 'expired'], expected: 'only a download can be expired' };
  if (job.kind === 'download' && Object.keys(outcome).some((name) => name !== 'expired'))
    return { place: ['outcome'], expected: 'a download can be expired, and nothing else' };
  return null;
}

function mistakeInAnswer(answer: RequestFault['answer']): { place: string[]; expected: string } | null {
  if (answer.delay !== undefined && parseDuration(answer.delay)! > LONGEST_DELAY)
    return { place: ['answer', 'delay'], expected: '24 days of real time are the most that an answer can be delayed' };
  const others = Object.keys(answer).filter((name) => name !== 'drop' && name !== 'delay');
  if (answer.drop && others.length > 0)
    return { place: ['answer', 'drop'], expected: 'nothing else of an answer can be said where there is none' };
  const word = others.find((name) => name === 'errorCode' || name === 'detail' || name === 'retryAfter');
  if (word && answer.status === undefined) return { place: ['answer', word], expected: 'status says that it is answered instead' };
  return null;
}
