import { restoreToStaging } from '../examples/emulator/nightly-restore.ts';
import { type EmulatorHandle, startEmulator, v2 } from '../src/emulator/client.ts';
import { startOwnMongo } from '../test/kit/mongo.ts';
import { type Bar, median, secondsOf } from './measure.ts';

const NIGHTS = 10;
const RESETS = 5;

const SEED = {
  projects: [
    {
      name: 'Shop',
      clusters: [
        { name: 'shop', documents: { orders: [{ _id: 1, day: 0 }] } },
        { name: 'staging', documents: { orders: [{ _id: 1, day: -1 }] } },
      ],
    },
  ],
};

/** What a test waits for: the start on a MongoDB that runs, a reset, and ten nights of a script that restores to staging. */
export async function benchEmulator(runs: number): Promise<Bar[]> {
  const mongo = await startOwnMongo();
  try {
    // The first of a version makes what the later ones begin with.
    await (await startEmulator({ mongodb: mongo.uri })).stop();
    const [empty, seeded]: Measured[][] = [[], []];
    for (let run = 0; run < runs; run++) {
      empty!.push(await measure(() => startEmulator({ mongodb: mongo.uri })));
      seeded!.push(await measure(() => startEmulator({ mongodb: mongo.uri, seed: SEED }), tenNights));
    }
    const twoClusters = 'the same with two clusters in its seed';
    return [
      bar('warm start of an emulator, until it says where it is', of(empty!, 'start'), 3),
      bar(twoClusters, of(seeded!, 'start'), 3),
      bar('reset', of(empty!, 'resets'), 1),
      bar(twoClusters, of(seeded!, 'resets'), 1),
      bar(`${NIGHTS} nights of restoring to staging`, of(seeded!, 'more'), 20),
    ];
  } finally {
    await mongo.stop();
  }
}

/** In seconds. */
interface Measured {
  start: number;
  resets: number[];
  more: number;
}

const of = (measured: Measured[], what: keyof Measured) => measured.flatMap((one) => one[what]);

function bar(name: string, seconds: number[], atMost: number): Bar {
  return {
    name,
    value: median(seconds),
    atMost,
    unit: ' s',
    text: `${seconds.length} times, the slowest ${Math.max(...seconds).toFixed(2)} s`,
  };
}

async function measure(
  begin: () => Promise<EmulatorHandle>,
  doMore: (emulator: EmulatorHandle) => Promise<void> = async () => {},
): Promise<Measured> {
  let emulator!: EmulatorHandle;
  const start = await secondsOf(async () => {
    emulator = await begin();
  });
  try {
    const resets: number[] = [];
    for (let reset = 0; reset < RESETS; reset++) {
      // As a test does before it is over: it works with what it has.
      await emulator.advance('24h');
      resets.push(await secondsOf(() => emulator.reset()));
    }
    return { start, resets, more: await secondsOf(() => doMore(emulator)) };
  } finally {
    await emulator.stop();
  }
}

async function tenNights(emulator: EmulatorHandle): Promise<void> {
  const { projectId } = emulator;
  const call = (method: string, path: string, body?: object) =>
    emulator.request(method, `/api/atlas/v2/groups/${projectId}${path}`, { accept: v2('2024-11-13'), ...(body && { body }) });
  for (let night = 1; night <= NIGHTS; night++) {
    const { now } = await emulator.advance('24h');
    await restoreToStaging({ projectId, call }, 'shop', 'staging', new Date(now));
  }
}
