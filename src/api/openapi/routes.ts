import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './document.ts';
import { REFERENCE_POLICY, referencePage } from './reference-page.ts';

/** The API described, for machines and for people; without credentials. Made when it is first asked for: a start does not wait for it. */
export async function documentRoutes(server: FastifyInstance): Promise<void> {
  let made: { json: string; page: string } | undefined;
  const texts = () => {
    if (!made) {
      const document = openApiDocument();
      made = { json: JSON.stringify(document), page: referencePage(document) };
    }
    return made;
  };
  // Public, and the same until the next release.
  const kept = { 'cache-control': 'public, max-age=300' };
  server.get('/api/openapi.json', async (_request, reply) => reply.type('application/json').headers(kept).send(texts().json));
  server.get('/api/docs', async (_request, reply) => {
    return reply
      .type('text/html; charset=utf-8')
      .headers({ ...kept, 'content-security-policy': REFERENCE_POLICY })
      .send(texts().page);
  });
}
