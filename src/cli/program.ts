import { makeProgram } from './commands.ts';
import { EXIT, exitCodeOf, explain } from './exit-codes.ts';
import { say } from './output.ts';

try {
  await (await makeProgram(process.argv[2])).parseAsync();
} catch (error) {
  const code = exitCodeOf(error);
  // Commander has printed its own usage errors already.
  if (code === EXIT.failed || !(error instanceof Error && error.name === 'CommanderError')) {
    if (code !== EXIT.done) say(explain(error));
  }
  process.exitCode = code;
}
