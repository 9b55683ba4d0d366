import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectionLimits, limitConnections } from '../../src/api/connections.ts';
import { startBareEdge } from '../kit/bare-edge.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Patient clients are told from slow ones within a fraction of a second. */
async function serve(limits: Partial<ConnectionLimits>): Promise<number> {
  const { server, port } = await startBareEdge({ limits: { checkEvery: 20, ...limits } });
  closing.push(() => server.close());
  return port;
}

interface Line {
  socket: Socket;
  heard(): string;
  /** What was heard when the other side had hung up. */
  over: Promise<string>;
}

function dial(port: number, from = '127.0.0.1'): Line {
  let text = '';
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const over = new Promise<string>((resolve) => {
    socket.on('error', () => {}).on('close', () => resolve(text));
  });
  socket.on('data', (piece) => {
    text += piece;
  });
  closing.push(() => socket.destroy());
  return { socket, heard: () => text, over };
}

/** Sends `text` for ever, a piece now and then. */
function drip({ socket }: Line, text: string, every = 30): void {
  const timer = setInterval(() => socket.writable && socket.write(text), every);
  socket.on('close', () => clearInterval(timer));
}

const status = (text: string) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? text;
const GET = 'GET /healthz HTTP/1.1\r\nhost: x\r\n';

describe('a slow client', () => {
  it('of a header that never ends is told 408 and let go (slowloris)', async () => {
    const line = dial(await serve({ headers: 200, request: 400 }));
    line.socket.write(GET);
    drip(line, 'x-more: x\r\n');
    expect(status(await line.over)).toBe('408');
  });

  it('that says nothing at all is let go', async () => {
    const line = dial(await serve({ headers: 200, request: 400 }));
    expect(status(await line.over)).toBe('408');
  });

  it('of a body that never ends is let go, before anything is read of it', async () => {
    const line = dial(await serve({ headers: 200, request: 400 }));
    line.socket.write(
      'POST /api/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\n',
    );
    drip(line, 'x');
    expect(['', '408']).toContain(status(await line.over));
  });

  it('of a body in chunks that never end is let go too', async () => {
    const line = dial(await serve({ headers: 200, request: 400 }));
    line.socket.write('POST /api/oauth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    drip(line, '1\r\nx\r\n');
    expect(['', '408']).toContain(status(await line.over));
  });

  it('that asks nothing more is let go', async () => {
    const line = dial(await serve({ idle: 100 }));
    line.socket.write(`${GET}\r\n`);
    expect(status(await line.over)).toBe('200');
  });

  it('that reads nothing of a long answer is let go', async () => {
    const { server, port } = await startBareEdge({ limits: { silence: 300 } });
    closing.push(() => server.close());
    const gone = new Promise<number>((resolve) =>
      server.server.on('connection', (socket) => socket.on('close', () => resolve(socket.bytesWritten))),
    );
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.pause();
    closing.push(() => socket.destroy());
    // Many long answers, until neither side can take more.
    socket.write('GET /api/docs HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(300));
    expect(await gone).toBeLessThan(50_000_000);
  });
});

describe('a client that asks too much', () => {
  it('in a header is told 431', async () => {
    const line = dial(await serve({}));
    line.socket.write(`${GET}x-long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(status(await line.over)).toBe('431');
  });

  it('in many headers is told so', async () => {
    const line = dial(await serve({}));
    line.socket.write(`${GET}${Array.from({ length: 3000 }, (_, n) => `x-${n}: ${n}\r\n`).join('')}\r\n`);
    expect(status(await line.over)).toBe('431');
  });

  it('with a body that is longer than any of ours is refused by its length alone', async () => {
    const line = dial(await serve({}));
    line.socket.write('POST /api/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 10000000000\r\n\r\n');
    line.socket.write('x'.repeat(1000));
    await expect.poll(() => status(line.heard())).toMatch(/^4\d\d$/);
  });

  it.each([
    'nonsense\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `${GET}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`,
    `${GET}x: a\nb: c\r\n\r\n`,
  ])('in a form that is not HTTP (%j) is told 400 and let go', async (text) => {
    const line = dial(await serve({}));
    line.socket.write(text);
    expect(status(await line.over)).toBe('400');
  });
});

describe('too many connections', () => {
  it('are turned away, and others come in when some have gone', async () => {
    const port = await serve({ connections: 3 });
    const lines = [dial(port), dial(port), dial(port)];
    for (const line of lines) line.socket.write(`${GET}\r\n`);
    await expect.poll(() => lines.map((line) => status(line.heard()))).toEqual(['200', '200', '200']);
    expect(await dial(port).over).toBe('');
    lines[0]!.socket.destroy();
    await expect
      .poll(async () => {
        const late = dial(port);
        late.socket.write(`${GET}connection: close\r\n\r\n`);
        return status(await late.over);
      })
      .toBe('200');
  });
});

describe('limitConnections', () => {
  it('gives one address so many places and no more, and those back that it leaves', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}));
    const limits = { connections: 100, connectionsOfAddress: 2 } as ConnectionLimits;
    limitConnections(server, limits, (address) => address === '127.0.0.9');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const stays = ({ over }: Line) => Promise.race([over.then(() => false), pause(150).then(() => true)]);
    const connected = async (from: string) => {
      const line = dial(port, from);
      await once(line.socket, 'connect');
      return line;
    };
    const [one] = [await connected('127.0.0.1'), await connected('127.0.0.1')];
    await (await connected('127.0.0.1')).over;
    // Another's are its own, and who is exempt is not counted.
    const others = [await connected('127.0.0.2'), ...(await Promise.all(Array.from({ length: 5 }, () => connected('127.0.0.9'))))];
    one.socket.destroy();
    await one.over;
    others.push(await connected('127.0.0.1'));
    expect(await Promise.all(others.map(stays))).toEqual(others.map(() => true));
  });
});
