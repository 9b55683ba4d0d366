import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ListenAddress } from '../config.ts';
import { Problem } from '../errors.ts';

/** Routes that steer the emulator, and so are not part of what it emulates. */
export const CONTROLS = /^\/api\/lifeboat\/v1\/(clock|reset|faults|transcript|state)(\/|\?|$)/;

/** What a world answers goes through here: the address stays the same when another world takes its place. */
export class Front {
  readonly #server: Server;
  #app: Promise<FastifyInstance>;
  #give: (app: FastifyInstance) => void = () => {};
  /** Waited for before each request that asks for what is emulated. */
  readonly #before: () => Promise<void>;

  constructor(before: () => Promise<void>) {
    this.#before = before;
    this.#app = this.#nobody();
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async listen({ host, port }: ListenAddress): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') throw new Problem('address-in-use', [`${host}:${port}`], { cause: error });
      throw new Problem('bad-setting', ['--listen', error.message], { cause: error });
    });
    const { port: listening } = this.#server.address() as AddressInfo;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${shown.includes(':') ? `[${shown}]` : shown}:${listening}`;
  }

  /** From now on requests wait for {@link open}. */
  hold(): void {
    this.#app = this.#nobody();
  }

  open(app: FastifyInstance): void {
    this.#give(app);
    this.#app = Promise.resolve(app);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #nobody(): Promise<FastifyInstance> {
    return new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#app;
    const url = request.url ?? '/';
    if (url.startsWith('/api/') && !CONTROLS.test(url)) await this.#before();
    (await this.#app).routing(request, response);
  }
}
