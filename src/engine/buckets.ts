import type { Deployment } from './deployment.ts';

/**
 * Where the buckets of a time series are read and written: since 8.3 they are the collection's own raw data, before that they were a collection
 * beside it. What is answered goes into a command: its collection's name, and `rawData` where that is needed.
 */
export function bucketsOf(d: Pick<Deployment, 'version'>, name: string): { name: string; rawData?: true } {
  const [major = 0, minor = 0] = d.version.split('.').map(Number);
  return major > 8 || (major === 8 && minor >= 3) ? { name, rawData: true } : { name: `system.buckets.${name}` };
}
