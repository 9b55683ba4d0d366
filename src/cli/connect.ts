import { readConfig } from '../config.ts';
import { Client } from './client.ts';
import { resolveConnection } from './profile.ts';

/** A client of the service that the settings or the saved profile name. */
export async function connect(): Promise<Client> {
  return new Client(await resolveConnection(readConfig(process.env)));
}
