/** `npm run check`: types, lint, unused code, arrows and the unit tests, in under a minute. */
import { buildNativeIfPossible } from './native.ts';
import { runSteps, STATIC_CHECKS } from './steps.ts';

await buildNativeIfPossible();
const { failed } = await runSteps([...STATIC_CHECKS, { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit'] }]);
process.exitCode = failed.length > 0 ? 1 : 0;
