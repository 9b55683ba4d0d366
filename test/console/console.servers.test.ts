import { afterAll, afterEach, beforeAll } from 'vitest';
import { ConsoleWorld } from '../kit/console.ts';
import { describeAccess } from './access.pages.ts';
import { describeClusters } from './cluster.pages.ts';
import { describeDoor } from './door.pages.ts';
import { describeEvents } from './events.pages.ts';
import { describeJobs } from './jobs.pages.ts';
import { describeRestores } from './restore.pages.ts';
import { describeSettings } from './settings.pages.ts';
import { describeShell } from './shell.pages.ts';

/** All pages share one Lifeboat and one browser: each area is a function of its own file. */
let world: ConsoleWorld;
beforeAll(async () => {
  world = await ConsoleWorld.start();
});
afterEach(() => world?.closePages());
afterAll(() => world?.[Symbol.asyncDispose]());

describeDoor(() => world);
describeShell(() => world);
describeClusters(() => world);
describeJobs(() => world);
describeEvents(() => world);
describeAccess(() => world);
describeSettings(() => world);
describeRestores(() => world);
