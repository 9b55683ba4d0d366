import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pause } from '../src/clock.ts';
import { ConsoleWorld } from '../test/kit/console.ts';
import { insertManyJobs } from '../test/kit/many-jobs.ts';
import { setup } from '../test/kit/postgres.ts';
import { type Bar, median } from './measure.ts';

const ASSETS = join(import.meta.dirname, '../dist/console/assets');
const JOBS = 100_000;
/** A page that has not had a long task for so many milliseconds is at rest: no other comes without its reader. */
const AT_REST = 1000;

/**
 * The first load of the console in a real browser that has nothing of it in its cache: from the beginning of the navigation until the page shows what was asked for and answers its
 * reader, which it does not before the end of its last long task.
 */
export async function benchConsole(runs: number): Promise<Bar[]> {
  const stopPostgres = await setup();
  try {
    await using world = await ConsoleWorld.start();
    await world.lifeboat.json('snapshots', 'take', 'shop', '--wait');
    const busy = await insertManyJobs(world.db, world.owner.orgId, JOBS);
    const { url } = world.lifeboat;
    return [
      ...(await benchFirstLoad(world, 'overview', world.urlOf(), 'Completed', runs)),
      ...(await benchFirstLoad(world, `list of ${JOBS} jobs`, `${url}/p/${busy}/jobs`, '100,000 jobs', runs)),
      ...(await benchFirstLoad(world, 'page for signing in', `${url}/signin`, 'Sign in', runs, null)),
    ];
  } finally {
    await stopPostgres();
  }
}

async function benchFirstLoad(world: ConsoleWorld, name: string, url: string, sign: string, runs: number, as?: null): Promise<Bar[]> {
  const loads: FirstLoad[] = [];
  // The first one warms up the server, which has been read by nobody yet.
  for (let run = 0; run < runs + 1; run++) loads.push(await firstLoad(world, url, sign, as));
  const seconds = median(loads.slice(1).map(({ interactive }) => interactive)) / 1000;
  const { drawn, longest, scripts } = loads.at(-1)!;
  const bytes = await gzippedBytes(scripts);
  return [
    {
      name: `first load of the ${name}, until it is interactive`,
      value: seconds,
      atMost: 1.5,
      unit: ' s',
      text: `first paint after ${Math.round(drawn)} ms, longest task ${Math.round(longest)} ms`,
    },
    { name: `JavaScript of that, gzipped`, value: bytes / 1000, atMost: 300, unit: ' kB', text: `${scripts.length} files` },
  ];
}

interface FirstLoad {
  /** Milliseconds since the navigation began, as all. */
  interactive: number;
  drawn: number;
  longest: number;
  scripts: string[];
}

/** In a context of its own: no cache, no storage, no connection from before. */
async function firstLoad(world: ConsoleWorld, url: string, sign: string, as?: null): Promise<FirstLoad> {
  const page = await world.newPage({ as });
  await page.addInitScript(watch(sign));
  await page.goto(url);
  while (!(await page.evaluate(`window.shownAt > 0 && performance.now() > ${INTERACTIVE} + ${AT_REST}`))) await pause(100);
  const load = await page.evaluate(`({
    interactive: ${INTERACTIVE},
    drawn: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    longest: Math.max(0, ...window.tasks.map(({ duration }) => duration)),
    scripts: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')),
  })`);
  await world.closePages();
  return load as FirstLoad;
}

/** In the page: when it showed what it was asked for, or the end of its last long task. */
const INTERACTIVE = 'Math.max(window.shownAt, ...window.tasks.map(({ end }) => end))';

/** Runs in the page before anything of it: notes each long task, and the first frame that has the sign in it. */
const watch = (sign: string) => `{
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.tasks.push({ end: startTime + duration, duration });
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (document.body?.textContent.includes(${JSON.stringify(sign)})) window.shownAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** What `npm run console` compressed: a browser takes the still smaller brotli. */
async function gzippedBytes(scripts: string[]): Promise<number> {
  const sizes = await Promise.all(scripts.map(async (url) => (await stat(join(ASSETS, `${basename(url)}.gz`))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
