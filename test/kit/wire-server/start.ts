import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Generated } from './generator.ts';

/** Starts the wire server as a process of its own; empty without `generated`. `latency`: milliseconds that every answer waits, as over a long line. */
export async function startWireServer(
  generated?: Generated,
  o: { latency?: number } = {},
): Promise<{ uri: string; stop(): Promise<void> }> {
  const words = [`--latency=${o.latency ?? 0}`, ...(generated ? [`--data=${JSON.stringify(generated)}`] : [])];
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./main.ts')), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const uri = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()));
    child.once('exit', (code) => reject(new Error(`the wire server ended with ${code}`)));
  });
  return {
    uri,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
