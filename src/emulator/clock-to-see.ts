import type { FastifyInstance } from 'fastify';
import { CONTROL } from './control-request.ts';
import type { EmulatorClock } from './emulator-clock.ts';

/** What the banner of the console shows, to those as well who are not signed in. */
export async function clockToSee(scope: FastifyInstance, clock: Pick<EmulatorClock, 'now' | 'isFrozen'>): Promise<void> {
  scope.get(`${CONTROL}/emulator`, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ now: clock.now().toISOString(), frozen: clock.isFrozen }),
  );
}
