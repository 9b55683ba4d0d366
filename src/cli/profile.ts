import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, SETTINGS } from '../config.ts';
import { Problem } from '../errors.ts';

/** How a command reaches the service: saved by `init` into the data folder (mode 0600), so that commands work without settings. */
export interface Profile {
  url: string;
  organizationId: string;
  projectId: string;
  publicKey: string;
  privateKey: string;
}

const FILE = 'client.json';

export async function saveProfile(dataFolder: string, profile: Profile): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, FILE);
  // A file of its own first: a reader never sees half a profile, and the mode is right before the secret is in it.
  await writeFile(`${path}.new`, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}

/** The saved profile, or `null` when none was saved in this data folder. */
export async function loadProfile(dataFolder: string): Promise<Profile | null> {
  try {
    return JSON.parse(await readFile(join(dataFolder, FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Problem('bad-setting', [join(dataFolder, FILE), (error as Error).message], { cause: error });
  }
}

const URL_FILE = 'service-url';

/** The address `serve` listens on now: for the profile, whether it was saved before or is saved while `serve` runs. */
export async function rememberServiceUrl(dataFolder: string, url: string): Promise<void> {
  await writeFile(join(dataFolder, URL_FILE), `${url}\n`);
  const profile = await loadProfile(dataFolder);
  if (profile && profile.url !== url) await saveProfile(dataFolder, { ...profile, url });
}

/** The address that the last `serve` on this data folder listened on; `null` when there was none. */
export async function lastServiceUrl(dataFolder: string): Promise<string | null> {
  return readFile(join(dataFolder, URL_FILE), 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  );
}

export interface Connection extends Pick<Profile, 'url' | 'publicKey' | 'privateKey' | 'projectId'> {
  /** Where the key was found, in words, for whoever has to look there. */
  keyFrom: string;
}

/** Settings first, then the saved profile. */
export async function resolveConnection(config: Config): Promise<Connection> {
  const profile = await loadProfile(config.data);
  const url = config.clientUrl ?? profile?.url;
  const publicKey = config.clientPublicKey ?? profile?.publicKey;
  const privateKey = config.clientPrivateKey ?? profile?.privateKey;
  const projectId = config.clientProject ?? profile?.projectId;
  if (url && publicKey && privateKey && projectId) return { url, publicKey, privateKey, projectId, keyFrom: keyFrom(config) };
  throw new Problem('not-initialized', [], {
    hint: 'Or name a running service: LIFEBOAT_URL, LIFEBOAT_PUBLIC_KEY, LIFEBOAT_PRIVATE_KEY, LIFEBOAT_PROJECT.',
  });
}

function keyFrom({ data, clientPublicKey, clientPrivateKey }: Config): string {
  const file = join(data, FILE);
  const places = [clientPublicKey ? SETTINGS.clientPublicKey.env : file, clientPrivateKey ? SETTINGS.clientPrivateKey.env : file];
  return [...new Set(places)].join(' and ');
}
