import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenDownload } from '../backup/downloads.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { ApiServices } from './services.ts';

/** Where links point to, below the public URL. */
export const DOWNLOADS = '/api/lifeboat/v1/downloads/';

/**
 * The expiring link: no credentials, the token is in the path. HEAD, Range and If-Range work, so that a broken download goes on where it
 * stopped. Every chunk is verified before a byte of it is sent; when one fails the connection breaks, and never ends as if all were well.
 */
export async function downloadRoutes(server: FastifyInstance, services: ApiServices): Promise<void> {
  server.route({
    method: ['GET', 'HEAD'],
    url: `${DOWNLOADS}:jobId/:token/:fileName`,
    handler: async (request, reply) => {
      const { jobId, token } = request.params as { jobId: string; token: string };
      const download = await services.downloads.open(jobId, token, request.method === 'HEAD' ? undefined : remoteAddressOf(request));
      try {
        return await send(request, reply, download, services);
      } catch (error) {
        await download.release();
        throw error;
      }
    },
  });
}

interface Span {
  start: number;
  /** One past the last byte. */
  end: number;
}

async function send(request: FastifyRequest, reply: FastifyReply, download: OpenDownload, services: ApiServices): Promise<FastifyReply> {
  const { archive, fileName } = download;
  reply.headers({
    'content-type': 'application/gzip',
    'content-disposition': `attachment; filename="${fileName}"`,
    'accept-ranges': 'bytes',
    etag: archive.etag,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
  });
  const span = requestedSpan(request, archive.size, archive.etag);
  if (span === 'unsatisfiable') {
    await download.release();
    return reply.code(416).header('content-range', `bytes */${archive.size}`).send();
  }
  const { start, end } = span ?? { start: 0, end: archive.size };
  if (span) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${archive.size}`);
  reply.header('content-length', end - start);
  if (request.method === 'HEAD') {
    await download.release();
    return reply.send();
  }
  return reply.send(stream(reply, download, start, end, services));
}

function stream(reply: FastifyReply, download: OpenDownload, start: number, end: number, services: ApiServices): Readable {
  const gone = new AbortController();
  const body = Readable.from(download.archive.read(start, end, gone.signal), { objectMode: false, highWaterMark: 1 << 20 });
  body.once('error', (error) => {
    if (!gone.signal.aborted) services.logger.error({ err: error, jobId: download.job.id }, 'a download broke off');
    // The status line is out already: only a broken connection tells the client that this is not the whole.
    reply.raw.destroy();
  });
  body.once('close', () => {
    gone.abort(new Error('the download is over'));
    download.release().catch((error) => services.logger.error({ err: error }, 'a lease could not be dropped'));
  });
  return body;
}

/** RFC 9110, 14.2: a Range that is no single byte range, or whose If-Range names another archive, is ignored: the whole is sent. */
function requestedSpan(request: FastifyRequest, size: number, etag: string): Span | 'unsatisfiable' | null {
  const { range } = request.headers;
  const ifRange = request.headers['if-range'];
  if (request.method !== 'GET' || range === undefined) return null;
  if (ifRange !== undefined && ifRange !== etag) return null;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length > 0 ? { start: size - length, end: size } : 'unsatisfiable';
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
