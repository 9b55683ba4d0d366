import type { Server as HttpsServer } from 'node:https';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { Nonces } from './api/auth/nonces.ts';
import { buildServer } from './api/server.ts';
import type { ApiServices } from './api/services.ts';
import { TlsFiles } from './api/tls-files.ts';
import { AccessTokens } from './backup/access-tokens.ts';
import { AuditLog } from './backup/audit-log.ts';
import { BackupSchedules } from './backup/backup-schedules.ts';
import { Changes } from './backup/changes.ts';
import { makeClockCheck } from './backup/clock-check.ts';
import { isWhole } from './backup/damage.ts';
import { Downloads } from './backup/downloads.ts';
import { Drills } from './backup/drills.ts';
import { Events } from './backup/events.ts';
import { Jobs } from './backup/jobs.ts';
import { KeyAccessLists } from './backup/key-access-lists.ts';
import { serviceAccountKey } from './backup/key-rotation.ts';
import { KeyUses } from './backup/key-uses.ts';
import { requireWholeRotation } from './backup/master-key.ts';
import { readMeasures } from './backup/measures.ts';
import { Organizations } from './backup/organizations.ts';
import { Overviews } from './backup/overview.ts';
import { OwnerSetup, setupUrl } from './backup/owner-setup.ts';
import { Passwords } from './backup/password.ts';
import { Places } from './backup/places.ts';
import { ProjectAccessLists } from './backup/project-access-lists.ts';
import { Projects } from './backup/projects.ts';
import { Provisioning } from './backup/provisioning.ts';
import { RateLimits } from './backup/rate-limits.ts';
import { Restores } from './backup/restores.ts';
import { ServiceAccounts } from './backup/service-accounts.ts';
import { sessionEndAt } from './backup/session.ts';
import { Sessions } from './backup/sessions.ts';
import { SnapshotContents } from './backup/snapshot-contents.ts';
import { Snapshots } from './backup/snapshots.ts';
import { Users } from './backup/users.ts';
import { Webhooks } from './backup/webhooks.ts';
import { checkAlerts } from './backup/work/check-alerts.ts';
import { deliverWebhooks } from './backup/work/deliver-webhooks.ts';
import type { WorkParts } from './backup/work/parts.ts';
import { runRestore } from './backup/work/run-restore.ts';
import { runSchedules } from './backup/work/run-schedules.ts';
import { takeSnapshot } from './backup/work/take-snapshot.ts';
import { verifySnapshot } from './backup/work/verify-snapshot.ts';
import { MINUTE, SECOND, wallClockSeconds } from './clock.ts';
import { type Config, type ListenAddress, masterKeyFile, tlsPaths } from './config.ts';
import { countKeyAccess } from './db/access-lists.ts';
import { ChangeFeed } from './db/change-feed.ts';
import { lockDataFolder } from './db/data-folder-lock.ts';
import { claimDigest, forgetDigestClaims } from './db/digest-claims.ts';
import { forgetTokens } from './db/service-accounts.ts';
import { forgetSessions } from './db/sessions.ts';
import { Problem } from './errors.ts';
import { Foundation } from './foundation.ts';
import { RetryLater } from './jobs/definitions.ts';
import { Queue } from './jobs/queue.ts';
import { type Handlers, Runner, releaseJobsOf, releaseLostJobs } from './jobs/runner.ts';
import { WORKER_HEAP } from './jobs/worker-heap.ts';
import { yieldProcessors } from './jobs/worker-priority.ts';
import { endWithParent, WorkerProcesses } from './jobs/worker-processes.ts';
import type { Vault } from './vault/vault.ts';

/** What a worker takes to stop beside its drain: a job that is aborted cleans up, the connections end. */
const LAST_STEPS = 20 * SECOND;

export interface Service extends AsyncDisposable {
  url: string;
  isInitialized: boolean;
  /** Where the first owner is set up, until there is one; the token in it is good for a quarter of an hour. */
  setupUrl: string | null;
  isKeyExported: boolean;
}

/** Stops what was started, last first, whatever fails on the way. */
class Stack implements AsyncDisposable {
  readonly #stops: (() => Promise<unknown>)[] = [];

  push(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.#stops.splice(0).reverse()) await stop().catch((error) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  }
}

/** `lifeboat serve`: starts in the order of the text, stops in reverse. It answers only when everything is ready. */
export async function startService(config: Config): Promise<Service> {
  const logger = makeLogger(config, 'serve');
  const stack = new Stack();
  try {
    const lock = await lockDataFolder(config.data);
    stack.push(() => lock.release());
    if (!config.key) await requireWholeRotation(masterKeyFile(config));
    const foundation = await Foundation.open(config, 'own');
    stack.push(() => foundation[Symbol.asyncDispose]());
    const { blobs } = (await foundation.vault()).access;
    // A store that is full, or can only be read, still serves what it holds.
    await blobs.caveat().then(
      (caveat) => caveat && logger.warn(`the store: ${caveat}`),
      (error) => logger.warn({ err: error }, 'the store cannot be written'),
    );
    const queue = await Queue.open({
      url: foundation.databaseUrl,
      answerMs: config.answerSeconds * SECOND,
      onError: (error) => logger.warn({ err: error }, 'the queue has trouble'),
    });
    stack.push(() => queue.close());
    await releaseLostJobs(queue, foundation.db);
    const workers = startWorkers(config, foundation, queue, logger);
    stack.push(() => workers.stop());
    const forgetting = setInterval(() => {
      Promise.all([
        forgetDigestClaims(foundation.db, new Date(wallClockSeconds() * 1000)),
        forgetTokens(foundation.db, foundation.clock.now()),
        forgetSessions(foundation.db, sessionEndAt(foundation.clock.now())),
      ]).catch((error) => logger.warn({ err: error }, 'old nonces, tokens and sessions remain'));
    }, MINUTE);
    stack.push(async () => clearInterval(forgetting));
    const url = await startApi(config, foundation, queue, logger, stack);
    // While the API ends the workers take no new job either; they are waited for where they were started.
    stack.push(async () => void workers.stop());
    return {
      url,
      isInitialized: foundation.installation.organizationId !== null,
      setupUrl: setupUrl(url, await new OwnerSetup(foundation.db, foundation.clock, new Passwords()).newToken()),
      isKeyExported: config.key !== null || foundation.installation.keyExportedAt !== null,
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]().catch((stopError) => logger.error({ err: stopError }, 'stopping after a failed start'));
    throw error;
  }
}

function startWorkers(config: Config, foundation: Foundation, queue: Queue, logger: Logger): WorkerProcesses {
  return new WorkerProcesses({
    count: config.workers,
    command: [
      process.execPath,
      ...WORKER_HEAP,
      resolve(import.meta.dirname, `cli/main${import.meta.filename.slice(-3)}`),
      'worker',
      '--child',
    ],
    // Compression runs in Node's thread pool, fsyncs wait there: as many threads as keep both going.
    environment: { UV_THREADPOOL_SIZE: '8', ...process.env },
    onLost: async (id) => {
      logger.warn({ worker: id }, 'a worker ended; its jobs are given to another');
      await releaseJobsOf(queue, foundation.db, id);
    },
    onError: (error) => logger.error({ err: error }, 'a worker process has trouble'),
    stopMilliseconds: config.drainSeconds * SECOND + LAST_STEPS,
  });
}

async function startApi(config: Config, foundation: Foundation, queue: Queue, logger: Logger, stack: Stack): Promise<string> {
  let listeningUrl = foundation.publicUrl;
  const publicUrl = () => config.publicUrl ?? listeningUrl;
  const paths = tlsPaths(config);
  const tls = paths && (await TlsFiles.open(paths));
  const server = await buildServer(makeApiServices(config, foundation, { queue, logger, publicUrl }), { tls });
  stack.push(() => closeWithin(server, config.drainSeconds * SECOND));
  const stopLooking = tls?.keepFresh(server.server as HttpsServer, logger);
  stack.push(async () => stopLooking?.());
  listeningUrl = await server.listen(config.listen).catch((error) => Promise.reject(listenProblem(error, config.listen)));
  return publicUrl();
}

/** All that the API stands on, made of an open installation. */
export function makeApiServices(
  config: Config,
  foundation: Foundation,
  o: { queue: Queue; passwords?: Passwords; databasePrefix?: string } & Pick<ApiServices, 'logger' | 'publicUrl'>,
): ApiServices {
  const { queue, logger, publicUrl, passwords = new Passwords() } = o;
  const { db, clock, clusters, apiKeys } = foundation;
  const readSnapshot = async (id: string) => (await foundation.vault()).readSnapshot(id);
  const snapshots = new Snapshots({ db, clock, queue, clusters });
  const secretKey = secretKeyOf(foundation);
  const audit = new AuditLog(db, clock);
  const backupSchedules = new BackupSchedules({ db, clock, isWhole: async (id) => isWhole(db, await foundation.vault(), id) });
  const drills = new Drills({ db, clock, queue, clusters });
  return {
    apiKeys,
    keyAccessLists: new KeyAccessLists(db, clock, apiKeys),
    keyUses: new KeyUses({
      clock,
      write: (use) => countKeyAccess(db, use),
      onError: (error) => logger.warn({ err: error }, 'uses of access lists could not be counted'),
    }),
    projectAccessLists: new ProjectAccessLists(db, clock),
    serviceAccounts: new ServiceAccounts(db, clock, secretKey),
    accessTokens: new AccessTokens(db, clock, secretKey),
    users: new Users(db, clock, passwords),
    sessions: new Sessions(db, clock, passwords),
    ownerSetup: new OwnerSetup(db, clock, passwords),
    events: new Events(db),
    audit,
    places: new Places(db),
    organizations: new Organizations(db, clock),
    projects: new Projects(db, clock),
    clusters,
    provisioning: new Provisioning({ db, clock, clusters, databaseServer: config.databaseServer, databasePrefix: o.databasePrefix }),
    snapshots,
    snapshotContents: new SnapshotContents(snapshots, readSnapshot),
    jobs: new Jobs(db),
    changes: new Changes(
      (options) => new ChangeFeed({ url: foundation.databaseUrl, ...options }),
      (error) => logger.warn({ err: error }, 'changes are not heard for a while'),
    ),
    restores: new Restores({ db, clock, queue, clusters, snapshots, readSnapshot, roomCheck: config.roomCheck }),
    backupSchedules,
    drills,
    overviews: new Overviews({
      ...{ db, clock, clusters, drills, schedules: backupSchedules, isKeyElsewhere: config.key !== null },
      clockAhead: makeClockCheck(db, clock),
    }),
    webhooks: new Webhooks({ db, clock, queue, destinations: foundation.destinations, secretKey }),
    downloads: new Downloads({
      db,
      clock,
      signingKey: foundation.key('download-urls'),
      publicUrl,
      audit,
      openArchive: async (snapshotId, folder) => (await readSnapshot(snapshotId)).archive({ folder }),
      leaseSeconds: config.leaseSeconds,
    }),
    clock,
    vaultStatus: () => foundation.vaultStatus(),
    keyKeeping: () => foundation.keyKeeping(),
    measures: () => readMeasures(db),
    metricsToken: config.metricsToken,
    rateLimits: config.rateLimits === 'atlas' ? new RateLimits(db) : null,
    nonces: new Nonces(foundation.key('digest-nonces'), wallClockSeconds),
    digestClaims: { claim: (nonce, nc, expiresAt) => claimDigest(db, nonce, nc, new Date(expiresAt * 1000)) },
    allowRfc2069: config.digestRfc2069,
    trustedProxies: config.trustedProxies,
    publicUrl,
    logger,
  };
}

/** It outlives the master key. */
function secretKeyOf({ masterKey, installation }: Foundation): Buffer {
  return serviceAccountKey(masterKey, installation.secretKeySealed);
}

/** A slow download would hold up the end for as long as it likes; it resumes when the service is back. */
async function closeWithin(server: FastifyInstance, milliseconds: number): Promise<void> {
  const patience = setTimeout(() => server.server.closeAllConnections(), milliseconds);
  await server.close().finally(() => clearTimeout(patience));
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: ListenAddress): unknown {
  if (error.code === 'EADDRINUSE') return new Problem('address-in-use', [`${host}:${port}`], { cause: error });
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL')
    return new Problem('bad-setting', ['LIFEBOAT_LISTEN', error.message], { cause: error });
  return error;
}

/** `lifeboat worker`: takes jobs until it is stopped. A child of `serve` ends when `serve` does. */
export async function startWorker(config: Config, options: { isChild: boolean }): Promise<AsyncDisposable> {
  if (options.isChild) {
    endWithParent();
    yieldProcessors();
  }
  // A child was started with them; here those still count that may be set late.
  for (const flag of WORKER_HEAP) setFlagsFromString(flag);
  const logger = makeLogger(config, 'worker');
  const stack = new Stack();
  try {
    const foundation = await Foundation.open(config, 'join');
    stack.push(() => foundation[Symbol.asyncDispose]());
    const vault = await foundation.vault();
    const { workerJobs, drainSeconds } = config;
    const queue = await Queue.open({
      url: foundation.databaseUrl,
      answerMs: config.answerSeconds * SECOND,
      cron: true,
      onError: (error) => logger.warn({ err: error }, 'the queue has trouble'),
    });
    stack.push(() => queue.close());
    const runner = await Runner.start({
      queue,
      db: foundation.db,
      concurrency: workerJobs,
      handlers: makeHandlers(config, foundation, { vault, queue, logger }),
      onError: (error) => logger.error({ err: error }, 'a job failed unexpectedly'),
    });
    // Without its parent nobody supervises it: the jobs go over at once.
    const isOrphan = () => options.isChild && !process.connected;
    stack.push(() => runner.stop(isOrphan() ? 0 : drainSeconds * SECOND));
    return stack;
  } catch (error) {
    await stack[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
}

/** What each kind of job does, on an open installation. `work`: in which parts the work of a job stands on something else. */
export function makeHandlers(
  config: Config,
  foundation: Foundation,
  o: { vault: Vault; queue: Queue; logger: Logger; work?: (jobId: string) => Partial<WorkParts> },
): Handlers {
  const { db, clock, clusters } = foundation;
  const { vault, queue, logger, work = () => ({}) } = o;
  const { rereads, roomCheck, hostJobs, leaseSeconds } = config;
  const common = { db, clock, clusters, logger, vault, rereads, roomCheck, hostJobs, leaseSeconds };
  const parts = (jobId: string): WorkParts => ({ ...common, ...work(jobId) });
  const snapshots = new Snapshots({ db, clock, queue, clusters });
  const drills = new Drills({ db, clock, queue, clusters });
  const backupSchedules = new BackupSchedules({ db, clock, isWhole: (id) => isWhole(db, vault, id) });
  const clockAhead = makeClockCheck(db, clock);
  const isKeyElsewhere = config.key !== null;
  const overviews = new Overviews({ db, clock, clusters, drills, schedules: backupSchedules, isKeyElsewhere, clockAhead });
  const schedules = { db, clock, logger, snapshots, drills, isWhole: (id: string) => isWhole(db, vault, id), clockAhead };
  const deliveries = { db, clock, logger, destinations: foundation.destinations, secretKey: secretKeyOf(foundation) };
  // What a job has to tell is on its way at once, and by the next minute where this fails.
  const tellSoon = () => queue.send('webhooks.deliver', {}).catch((error) => logger.warn({ err: error }, 'webhooks are told later'));
  return {
    'snapshot.take': ({ snapshotId }, signal) => takeSnapshot(parts(snapshotId), snapshotId, signal).finally(tellSoon),
    'snapshot.verify': ({ snapshotId }, signal) => verifySnapshot(parts(snapshotId), snapshotId, signal),
    'restore.run': ({ restoreJobId }, signal) => runRestore(parts(restoreJobId), restoreJobId, signal).finally(tellSoon),
    'schedules.run': (_nothing, signal) => runSchedules(schedules, signal),
    'vault.collect': (_nothing, signal) => collectGarbage(foundation, logger, signal),
    'webhooks.deliver': (_nothing, signal) => deliverWebhooks(deliveries, signal),
    'alerts.check': async (_nothing, signal) => {
      if (await checkAlerts({ db, logger, overviews }, signal)) await tellSoon();
    },
  };
}

/** Seconds, where a snapshot that takes long goes on at the hour of the collection. */
const COLLECT_AGAIN = 1800;

/** A collection that fails is told of; there is another in the next night. */
async function collectGarbage(foundation: Foundation, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    const report = await foundation.collectGarbage(signal);
    logger.info({ report }, 'garbage was collected');
    if (report.isWaiting) throw new RetryLater(COLLECT_AGAIN, 'runs that may need what is garbage go on');
  } catch (error) {
    if (signal.aborted || error instanceof RetryLater) throw error;
    logger.error({ err: error }, 'garbage could not be collected');
  }
}

function makeLogger(config: Config, process: string): Logger {
  // Logs go to stderr: stdout is for results.
  return pino({ level: config.logLevel, base: { process } }, pino.destination(2));
}
