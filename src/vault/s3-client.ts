import { S3Client } from '@aws-sdk/client-s3';
import { SECOND } from '../clock.ts';
import type { S3Location, StoreAccess } from './store-location.ts';

/** More than there are operations at once, those of all jobs of a process together. */
const CONNECTIONS = 64;
/** Nothing is received or sent for so long, or for a quarter of the patience: the connection is dead, and there is time for others. */
const LONGEST_SILENCE = 30 * SECOND;
const LONGEST_CONNECT = 10 * SECOND;

/**
 * The client of one store. It tries once: what is tried again, and for how long, is one decision, in `s3-blobs.ts`. Everything that the SDK would otherwise read from the environment or
 * from files in the home folder is given, so that the same store is the same everywhere.
 */
export function makeS3Client({ region, endpoint, pathStyle }: S3Location, { credentials, patienceMs }: StoreAccess): S3Client {
  return new S3Client({
    region,
    ...(endpoint !== null && { endpoint }),
    forcePathStyle: pathStyle,
    ...(credentials !== null && {
      credentials: { ...credentials, sessionToken: credentials.sessionToken ?? undefined } as {
        accessKeyId: string;
        secretAccessKey: string;
      },
    }),
    ignoreConfiguredEndpointUrls: true,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    defaultsMode: 'standard',
    maxAttempts: 1,
    retryMode: 'standard',
    // Objects are sent with their SHA-256, and asked for with it; what else a newer SDK may want to add, older servers refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A round trip for each object over 2 MiB, to learn what hardly ever happens.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: Math.min(LONGEST_CONNECT, patienceMs / 4),
      socketTimeout: Math.min(LONGEST_SILENCE, patienceMs / 4),
      httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
      httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
    },
    // It would warn on stderr; what matters is thrown.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
}
