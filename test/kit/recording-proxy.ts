import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { contractViolations, isOfV2 } from './atlas-contract.ts';
import { isServed, servedViolations } from './served-document.ts';

/** An HTTP proxy on loopback for clients that are not ours: it holds every answer against the contract of v2 and the served document. */
export interface RecordingProxy {
  url: string;
  /** `METHOD target status` of every answer, in order, with what the client sent. */
  requests: RecordedRequest[];
  /** What broke the contract. A test ends with `expect(proxy.violations).toEqual([])`. */
  violations: string[];
  close(): Promise<void>;
}

export interface RecordedRequest {
  method: string;
  target: string;
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(upstream);
  const proxy: RecordingProxy = {
    url: '',
    requests: [],
    violations: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((incoming, outgoing) => {
    // Headers go through as they are, Host included: a signed request stays what was signed, and links lead back here.
    const forwarded = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers });
    const sent: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => sent.push(piece)).pipe(forwarded);
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    forwarded.on('response', (answer) => void record(proxy, incoming, sent, answer, outgoing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return proxy;
}

async function record(proxy: RecordingProxy, incoming: IncomingMessage, sent: Buffer[], answer: IncomingMessage, outgoing: ServerResponse) {
  const [method, target, status] = [incoming.method!, incoming.url!, answer.statusCode!];
  const keep = () => proxy.requests.push({ method, target, status, headers: incoming.headers, body: Buffer.concat(sent).toString() });
  if (!isServed(target)) {
    keep();
    outgoing.writeHead(status, answer.rawHeaders);
    answer.pipe(outgoing);
    return;
  }
  // The client gets its answer only when it has been judged, so that a test that is through has all violations.
  const bytes = Buffer.concat(await answer.toArray());
  keep();
  const body = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  const headers = new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  const judged = { method, target, status, headers, body: body.toString() };
  proxy.violations.push(...(isOfV2(target) ? contractViolations(judged) : []), ...servedViolations(judged));
  outgoing.writeHead(status, answer.rawHeaders);
  outgoing.end(bytes);
}
