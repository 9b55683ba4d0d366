import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { S3Location } from '../../src/vault/store-location.ts';

export interface FakeRequest {
  method: string;
  /** The object's key, without the bucket; empty for requests of the bucket. */
  key: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** `code`: an error as S3 answers it. `lost`: carried out, and the connection breaks instead of the answer; `reset`: it breaks before. */
export type Misbehaviour = { status: number; code?: string; headers?: Record<string, string>; text?: string } | 'reset' | 'lost' | 'silent';

/**
 * What Lifeboat asks of S3, in memory, without looking at signatures: for answers that no real server gives when a test wants them. What a real one does is tested with a real one (`s3.ts`).
 */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  readonly requests: FakeRequest[] = [];
  honoursConditions = true;
  pageSize = 1000;
  /** Asked about every request before it is carried out. */
  misbehave: (request: FakeRequest, number: number) => Misbehaviour | undefined = () => undefined;
  /** Changes the bytes of an object on their way out. */
  corrupt: (body: Buffer) => Buffer = (body) => body;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** It ends with the test. */
  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      fake.#server.closeAllConnections();
      fake.#server.close();
    });
    return fake;
  }

  get location(): S3Location {
    const { port } = this.#server.address() as AddressInfo;
    return {
      kind: 's3',
      bucket: 'bucket',
      prefix: 'a/vault',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      pathStyle: true,
      serverEncryption: null,
      credentials: 'environment',
    };
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const url = new URL(incoming.url!, 'http://fake');
    const key = decodeURIComponent(url.pathname.replace(/^\/bucket\/?/, ''));
    const request = { method: incoming.method!, key, headers: incoming.headers, body: Buffer.concat(parts) };
    this.requests.push(request);
    const fault = this.misbehave(request, this.requests.length);
    if (fault === 'silent') return;
    if (typeof fault === 'object') return refuse(response, request, fault);
    if (fault !== 'reset') this.#carryOut(request, url, fault === 'lost' ? NOBODY : response);
    if (fault !== undefined) incoming.socket.destroy();
  }

  #carryOut(request: FakeRequest, url: URL, response: ServerResponse): unknown {
    const { method, key, headers, body } = request;
    if (key === '' && method === 'GET') return this.#list(url.searchParams, response);
    if (key === '' && method === 'POST') return this.#deleteAll(body.toString(), response);
    if (method === 'PUT') {
      if (this.honoursConditions && headers['if-none-match'] === '*' && this.objects.has(key))
        return refuse(response, request, { status: 412, code: 'PreconditionFailed' });
      if (headers['x-amz-checksum-sha256'] !== hash('sha256', body, 'base64'))
        return refuse(response, request, { status: 400, code: 'BadDigest' });
      this.objects.set(key, body);
      return response.writeHead(200, { etag: '"it has one"' }).end();
    }
    const object = this.objects.get(key);
    if (method === 'DELETE') {
      this.objects.delete(key);
      return response.writeHead(204).end();
    }
    if (!object) return refuse(response, request, { status: 404, code: 'NoSuchKey' });
    const sent = { 'content-length': object.length, 'x-amz-checksum-sha256': hash('sha256', object, 'base64') };
    return response.writeHead(200, sent).end(method === 'HEAD' ? undefined : this.corrupt(object));
  }

  #list(query: URLSearchParams, response: ServerResponse): unknown {
    const after = query.get('continuation-token') ?? '';
    const all = [...this.objects]
      .filter(([key]) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = all.slice(0, this.pageSize);
    const contents = page.map(([key, { length }]) => `<Contents><Key>${key}</Key><Size>${length}</Size></Contents>`).join('');
    const more = all.length > page.length ? `<NextContinuationToken>${page.at(-1)![0]}</NextContinuationToken>` : '';
    return response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>${more !== ''}</IsTruncated>${contents}${more}</ListBucketResult>`);
  }

  #deleteAll(text: string, response: ServerResponse): unknown {
    for (const [, key] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(key!);
    return response.writeHead(200, { 'content-type': 'application/xml' }).end('<?xml version="1.0"?><DeleteResult></DeleteResult>');
  }
}

/** For the answer that is lost. */
const NOBODY = { writeHead: () => NOBODY, end: () => NOBODY } as unknown as ServerResponse;

function refuse(
  response: ServerResponse,
  { method }: FakeRequest,
  { status, code, headers, text }: Exclude<Misbehaviour, string>,
): unknown {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>This is ${code}.</Message></Error>`;
  return response.writeHead(status, headers).end(method === 'HEAD' ? undefined : (text ?? (code ? xml : '')));
}
