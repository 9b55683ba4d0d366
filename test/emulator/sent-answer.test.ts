import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { followAnswer, type SentAnswer } from '../../src/emulator/sent-answer.ts';

const BODY = '0123456789';
const whole = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '10' });
  response.end(BODY);
};
const inPieces = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '10' });
  response.write('01234');
  response.write('5678');
  response.end('9');
};
const thenTheEnd = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '10' });
  response.write(BODY);
  response.end();
};

/** What comes over the wire of an answer that is cut off there, and what is written down of it. */
async function received(truncate: number | true, write: (response: ServerResponse) => void) {
  const written = Promise.withResolvers<SentAnswer>();
  const server = createServer((_, response) => {
    followAnswer(response, { truncate }, written.resolve);
    write(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (piece) => {
    text += piece;
  });
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const broken = await Promise.race([once(socket, 'close').then(() => true), new Promise((go) => setTimeout(() => go(false), 300))]);
  socket.destroy();
  server.close();
  const [head, body] = text.split('\r\n\r\n');
  return { head: head!.split('\r\n')[0], body, broken, written: (await written.promise).body.toString() };
}

it.each([
  ['the whole', whole],
  ['pieces', inPieces],
  ['the whole before its end', thenTheEnd],
])('an answer that is written as %s breaks after so many bytes of its body, and not without them', async (_, write) => {
  for (const [truncate, body] of [
    [0, ''],
    [4, '0123'],
    [5, '01234'],
    [7, '0123456'],
    [true, '01234'],
    [10, BODY],
  ] as const)
    expect(await received(truncate, write)).toEqual({ head: 'HTTP/1.1 200 OK', body, broken: true, written: BODY });
});

it('an answer that is shorter is sent, and its connection stays', async () => {
  for (const write of [whole, inPieces, thenTheEnd])
    expect(await received(11, write)).toEqual({ head: 'HTTP/1.1 200 OK', body: BODY, broken: false, written: BODY });
});
