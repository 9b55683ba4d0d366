import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Generated } from './generator.ts';

/** Starts the wire server as a process of its own; empty without `generated`, MongoDB 7.0 without `version`. */
export async function startWireServer(generated?: Generated, version?: string): Promise<{ uri: string; stop(): Promise<void> }> {
  const { bytes, documentBytes, collections } = generated ?? { bytes: 0, documentBytes: 0, collections: 0 };
  const words = [`--bytes=${bytes}`, `--document-bytes=${documentBytes}`, `--collections=${collections}`];
  if (version) words.push(`--version=${version}`);
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
