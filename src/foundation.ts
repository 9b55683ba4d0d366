import { join } from 'node:path';
import { ApiKeys, type KeyPair } from './backup/api-keys.ts';
import { audited } from './backup/audit-log.ts';
import { Clusters } from './backup/clusters.ts';
import { matchWithVault, type VaultMatch } from './backup/found-snapshots.ts';
import { rotateMasterKey } from './backup/key-rotation.ts';
import { loadMasterKey } from './backup/master-key.ts';
import { type RepairReport, repairVault } from './backup/repair.ts';
import { backUpSelf, type SelfBackup } from './backup/self-backup.ts';
import { checkSelfBackup, type EndedWork, restoreSelf } from './backup/self-restore.ts';
import { type FirstSetUp, setUp } from './backup/setup.ts';
import { garbageIndexOf } from './backup/vault-index.ts';
import { type KeyKeeping, type VaultStatus, vaultStatus } from './backup/vault-status.ts';
import { type Clock, SECOND, systemClock } from './clock.ts';
import { type Config, masterKeyFile, storeAccess, tlsPaths } from './config.ts';
import { markChunksDamaged } from './db/chunks.ts';
import { checkConnection, connect, type Db } from './db/connection.ts';
import { lockDataFolder } from './db/data-folder-lock.ts';
import { joinEmbeddedServer, startEmbeddedServer } from './db/embedded-server.ts';
import { ensureInstallation, findInstallation, type InstallationRow, markKeyExported, setVault } from './db/installation.ts';
import { leasedSnapshots } from './db/leases.ts';
import { migrate } from './db/migrate.ts';
import { completedSnapshots, retiredSnapshots } from './db/snapshots.ts';
import { Destinations } from './destinations.ts';
import { Problem } from './errors.ts';
import { newId } from './ids.ts';
import { deriveKey, type KeyPurpose } from './sealing.ts';
import type { GarbagePlan } from './vault/gc-plan.ts';
import { type GarbageReport, planCollection, sweepGarbage } from './vault/gc-sweep.ts';
import { openBlobs } from './vault/open-blobs.ts';
import { openVault, type Vault } from './vault/vault.ts';
import { type VerifyProgress, type VerifyReport, verifyVault } from './vault/verify.ts';

/**
 * Whose PostgreSQL a process uses, where DATABASE_URL names none: `own` starts the embedded one and stops it at the end (`serve`), `join` uses
 * the one of a running `serve` (`worker`), `either` joins a running one and otherwise starts it for as long as the command takes.
 */
export type DatabaseMode = 'own' | 'join' | 'either';

/** What every process of an installation stands on: the database, the master key, the vault. */
export class Foundation {
  readonly config: Config;
  readonly clock: Clock;
  readonly databaseUrl: string;
  readonly db: Db;
  readonly masterKey: Buffer;
  readonly installation: InstallationRow;
  readonly apiKeys: ApiKeys;
  readonly clusters: Clusters;
  readonly destinations: Destinations;
  readonly #release: () => Promise<void>;
  #vault: Promise<Vault> | null = null;

  private constructor(config: Config, clock: Clock, database: OpenDatabase, db: Db, masterKey: Buffer, installation: InstallationRow) {
    this.config = config;
    this.clock = clock;
    this.databaseUrl = database.url;
    this.#release = database.release;
    this.db = db;
    this.masterKey = masterKey;
    this.installation = installation;
    this.apiKeys = new ApiKeys(db, this.clock, this.key('digest-secrets'));
    this.destinations = new Destinations(config.allowedDestinations);
    this.clusters = new Clusters(db, this.clock, this.key('connection-strings'), {
      answerMs: config.answerSeconds * SECOND,
      destinations: this.destinations,
    });
  }

  static async open(config: Config, mode: DatabaseMode, clock: Clock = systemClock): Promise<Foundation> {
    const database = await openDatabase(config, mode);
    const db = connect(database.url, { answerMs: config.answerSeconds * SECOND });
    try {
      await checkConnection(database.url);
      await migrateAt(database.url);
      // The key is there before the row is: whoever finds the row must find the key.
      const isNew = (await findInstallation(db)) === null;
      const masterKey = await loadMasterKey(config.key, masterKeyFile(config), isNew);
      const now = clock.now();
      const installation = await ensureInstallation(db, newId(now), now);
      return new Foundation(config, clock, database, db, masterKey, installation);
    } catch (error) {
      await db.destroy();
      await database.release();
      throw error;
    }
  }

  key(purpose: KeyPurpose): Buffer {
    return deriveKey(this.masterKey, purpose);
  }

  /** Where clients find this installation, as far as the settings say; `serve` on port 0 knows better once it listens. */
  get publicUrl(): string {
    const { host, port } = this.config.listen;
    const scheme = tlsPaths(this.config) ? 'https' : 'http';
    return this.config.publicUrl ?? `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** The vault, made at the first call of the first process. */
  vault(): Promise<Vault> {
    this.#vault ??= this.#openVault().catch((error) => {
      // A store that is away comes back.
      this.#vault = null;
      throw error;
    });
    return this.#vault;
  }

  async #openVault(masterKey = this.masterKey): Promise<Vault> {
    const { installation } = this;
    const vault = await openVaultOf(this.config, installation, masterKey);
    if (installation.vaultId === null) await setVault(this.db, vault.id);
    return vault;
  }

  initialize(names: { organizationName: string; projectName: string; pair?: KeyPair }): Promise<FirstSetUp> {
    return setUp(this.db, this.clock, this.apiKeys, names);
  }

  async verify(options: { snapshotId?: string; onProgress?: (progress: VerifyProgress) => void }): Promise<VerifyReport> {
    const report = await verifyVault(await this.vault(), { ...options, completed: () => completedSnapshots(this.db) });
    await markChunksDamaged(
      this.db,
      [...report.damaged, ...report.missing].map(({ object }) => object),
    );
    return report;
  }

  async repair(onProgress?: (progress: VerifyProgress) => void): Promise<RepairReport> {
    const { db, clock, clusters } = this;
    const parts = { db, clock, clusters, vault: await this.vault(), completed: () => completedSnapshots(db), onProgress };
    const report = await repairVault(parts);
    const { found, repaired } = report;
    const entry = { action: 'VAULT_REPAIRED', subject: `${repaired.length} snapshots` } as const;
    if (found.damaged.length + found.missing.length > 0) await audited(db, clock, entry, async () => true);
    return report;
  }

  vaultStatus(): Promise<VaultStatus> {
    return vaultStatus(this.db);
  }

  /** Read anew each time: the key is exported by another process. */
  async keyKeeping(): Promise<KeyKeeping> {
    const installation = await findInstallation(this.db);
    return { keyExportedAt: installation?.keyExportedAt ?? null, isKeyInSettings: this.config.key !== null };
  }

  async planGarbage(): Promise<GarbagePlan> {
    return (await this.#collection()).plan;
  }

  async collectGarbage(signal?: AbortSignal): Promise<GarbageReport> {
    const report = await sweepGarbage(await this.vault(), garbageIndexOf(this.db), await this.#collection(signal), signal && { signal });
    await audited(this.db, this.clock, { action: 'GARBAGE_COLLECTED', subject: `${report.deleted} objects` }, async () => true);
    return report;
  }

  async #collection(signal?: AbortSignal) {
    const vault = await this.vault();
    const stored = new Set<string>();
    for await (const id of vault.listSnapshots()) stored.add(id);
    const retired = (await retiredSnapshots(this.db)).filter((id) => stored.has(id));
    // Asked after the deletions: none is in both lists.
    const completed = () => completedSnapshots(this.db);
    // A restore of a deleted snapshot is refused, so no lease can come to be that is missed here.
    const leased = new Set(await leasedSnapshots(this.db));
    return planCollection(vault, garbageIndexOf(this.db), { retired, completed, leased, ...(signal && { signal }) });
  }

  /** Takes the vault over from the installation that wrote it, with what it has that this one does not know of. */
  async adoptVault(): Promise<{ vaultId: string } & VaultMatch> {
    const vault = await this.vault();
    await vault.adopt();
    await audited(this.db, this.clock, { action: 'VAULT_ADOPTED', subject: vault.id }, async () => true);
    return { vaultId: vault.id, ...(await this.matchWithVault()) };
  }

  async matchWithVault(): Promise<VaultMatch> {
    return matchWithVault({ db: this.db, clock: this.clock, vault: await this.vault() });
  }

  /** A backup of everything but the vault and the master key, to be written somewhere. */
  backUpSelf(): Promise<SelfBackup & AsyncDisposable> {
    const { databaseUrl: url, masterKey, installation } = this;
    return backUpSelf({ url, masterKey, now: this.clock.now(), installation });
  }

  rememberSelfBackup(): Promise<unknown> {
    return audited(this.db, this.clock, { action: 'INSTALLATION_BACKED_UP' }, async () => true);
  }

  /** Makes an installation of a backup, in an empty database. With `adopt` it owns the vault from then on, and the one that was backed up does not. */
  static async restoreSelf(
    config: Config,
    file: string,
    { adopt, clock = systemClock }: { adopt: boolean; clock?: Clock },
  ): Promise<{ installationId: string; ended: EndedWork; vault: VaultMatch | null }> {
    const masterKey = await loadMasterKey(config.key, masterKeyFile(config), false);
    // Before a folder or a server is made for it.
    await checkSelfBackup(file, masterKey);
    const database = await openDatabase(config, 'either');
    try {
      await checkConnection(database.url);
      const openVault = (installation: InstallationRow) => openVaultOf(config, installation, masterKey);
      const { installation, ended } = await restoreSelf({ url: database.url, file, masterKey, clock, openVault });
      await using foundation = await Foundation.open({ ...config, databaseUrl: database.url }, 'join', clock);
      if (installation.vaultId === null) return { installationId: installation.id, ended, vault: null };
      const vault = adopt ? await foundation.adoptVault() : await foundation.matchWithVault();
      return { installationId: installation.id, ended, vault };
    } finally {
      await database.release();
    }
  }

  /** Puts everything under another master key. Every other process of the installation must have ended. */
  async rotateMasterKey(to: Buffer): Promise<void> {
    const openVault = this.installation.vaultId === null ? null : (masterKey: Buffer) => this.#openVault(masterKey);
    await rotateMasterKey({ db: this.db, clock: this.clock, openVault, from: this.masterKey, to });
  }

  rememberKeyExport(): Promise<void> {
    return audited(this.db, this.clock, { action: 'MASTER_KEY_EXPORTED' }, (transaction) => markKeyExported(transaction, this.clock.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy();
    await this.#release();
  }
}

async function openVaultOf(config: Config, installation: InstallationRow, masterKey: Buffer): Promise<Vault> {
  return openVault({
    blobs: await openBlobs(config.store ?? { kind: 'file', folder: join(config.data, 'vault') }, storeAccess(config)),
    masterKey,
    installationId: installation.id,
    encryption: config.encryption,
    mayCreate: installation.vaultId === null,
  });
}

/** On a connection that may take its time: a migration may have a large table before it. */
async function migrateAt(url: string): Promise<void> {
  const db = connect(url, { connections: 2 });
  await migrate(db).finally(() => db.destroy());
}

interface OpenDatabase {
  url: string;
  release(): Promise<void>;
}

async function openDatabase(config: Config, mode: DatabaseMode): Promise<OpenDatabase> {
  if (config.databaseUrl) return { url: config.databaseUrl, release: async () => {} };
  if (mode !== 'own') {
    const url = await joinEmbeddedServer(config.data);
    if (url) return { url, release: async () => {} };
    if (mode === 'join') {
      throw new Problem('database-unavailable', [`no \`lifeboat serve\` runs on ${config.data}, and DATABASE_URL is not set`]);
    }
  }
  // A `serve` that starts while a command has the server of its own would take it over, and the command would stop it under its feet.
  const lock = mode === 'either' ? await lockDataFolder(config.data) : null;
  const server = await startEmbeddedServer(config.data);
  return {
    url: server.url,
    release: async () => {
      await server.stop();
      await lock?.release();
    },
  };
}
