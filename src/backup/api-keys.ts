import { createHash, createSecretKey, type KeyObject, randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import {
  type ApiKeyWithRoles,
  addApiKeyRoles,
  deleteApiKey,
  describeApiKey,
  dropApiKeyRoles,
  findApiKey,
  findApiKeyByPublicKey,
  insertApiKey,
  listApiKeys,
} from '../db/api-keys.ts';
import type { Db, Queryable, Within } from '../db/connection.ts';
import { lockOrganization } from '../db/roles.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { seal, unseal } from '../sealing.ts';
import type { Actor } from './caller.ts';
import type { EventType } from './event.ts';
import { recordEvent } from './events.ts';
import type { IpBlock } from './ip-block.ts';
import { keepAnOwner } from './owners.ts';
import type { Project } from './projects.ts';
import { distinct, type Grant, type RoleName } from './roles.ts';

/** The realm of Atlas' challenge; HA1 is bound to it. */
export const DIGEST_REALM = 'MMS Public API';

export interface ApiKey {
  id: Id;
  organizationId: Id;
  publicKey: string;
  /** As Atlas shows a private key ever after: `********-****-****-` and its last 12 characters. */
  maskedPrivateKey: string;
  description: string;
  createdAt: Date;
  grants: Grant[];
}

/** A key at its making: the private half is shown here, once, and kept nowhere. */
export type NewApiKey = ApiKey & { privateKey: string };

/** A key as a request is checked against it. */
export interface DigestKey {
  id: Id;
  organizationId: Id;
  publicKey: string;
  /** MD5(publicKey:realm:privateKey), hexadecimal: it equals a password. */
  ha1: string;
  grants: Grant[];
  /** From where it may be used; from everywhere when empty. */
  accessList: IpBlock[];
}

export interface KeyPair {
  publicKey: string;
  privateKey: string;
}

export interface CreateApiKey {
  organizationId: Id;
  description: string;
  grants: Grant[];
  /** The project it is made in, for the event. */
  projectId?: Id;
  /** Made here unless given. */
  pair?: KeyPair | undefined;
  by?: Actor;
}

/** Programmatic API keys: 8 letters and a UUID, as Atlas'. Of the private half only HA1 is kept, sealed. */
export class ApiKeys {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #sealingKey: KeyObject;

  /** `sealingKey`: derived from the master key for `digest-secrets`. */
  constructor(db: Db, clock: Clock, sealingKey: Buffer) {
    this.#db = db;
    this.#clock = clock;
    this.#sealingKey = createSecretKey(sealingKey);
  }

  /** In `db` when the caller has a transaction open, else in one of its own. */
  async create(input: CreateApiKey, db?: Within): Promise<NewApiKey> {
    const { organizationId, description, projectId, by } = input;
    const grants = distinct(input.grants);
    const createdAt = this.#clock.now();
    const id = newId(createdAt);
    const { publicKey, privateKey } = input.pair ?? newKeyPair();
    const ha1 = createHash('md5').update(`${publicKey}:${DIGEST_REALM}:${privateKey}`).digest('hex');
    const row = {
      id,
      organizationId,
      publicKey,
      ha1Sealed: seal(this.#sealingKey, Buffer.from(ha1), `api key ${id}`),
      privateKeySuffix: privateKey.slice(-12),
      description,
      createdAt,
    };
    const write = async (transaction: Within) => {
      await insertApiKey(transaction, row, grants);
      const scope = projectId ? { projectId } : { organizationId };
      await recordEvent(transaction, this.#clock, { type: 'API_KEY_CREATED', subject: publicKey, by, ...scope });
    };
    await (db ? write(db) : this.#db.transaction().execute(write));
    return { ...fromRow({ ...row, roles: grants }), privateKey };
  }

  async findForDigest(publicKey: string): Promise<DigestKey | null> {
    const row = await findApiKeyByPublicKey(this.#db, publicKey);
    if (!row) return null;
    return {
      id: row.id,
      organizationId: row.organizationId,
      publicKey,
      ha1: unseal(this.#sealingKey, row.ha1Sealed, `api key ${row.id}`).toString(),
      grants: row.roles as Grant[],
      accessList: row.accessList,
    };
  }

  /** Oldest first. */
  async list(organizationId: Id, page: Page): Promise<Listed<ApiKey>> {
    const { results, totalCount } = await listApiKeys(this.#db, { organizationId }, page);
    return { results: results.map(fromRow), totalCount };
  }

  /** Those with a role on the project, oldest first. */
  async listOfProject(project: Project, page: Page): Promise<Listed<ApiKey>> {
    const filter = { organizationId: project.organizationId, projectId: project.id };
    const { results, totalCount } = await listApiKeys(this.#db, filter, page);
    return { results: results.map(fromRow), totalCount };
  }

  /** Throws `api-key-not-found`. */
  async get(organizationId: Id, id: string): Promise<ApiKey> {
    return fromRow(await this.#row(this.#db, organizationId, id));
  }

  /** Roles given replace all that the key has on the organization. Throws `last-owner` where nobody could manage it any more. */
  async update(
    organizationId: Id,
    id: string,
    change: { description?: string | undefined; roles?: RoleName[] | undefined },
    by?: Actor,
  ): Promise<ApiKey> {
    return this.#change(organizationId, id, by, null, async (transaction, key) => {
      const types: EventType[] = [];
      if (change.description !== undefined && change.description !== key.description) {
        await describeApiKey(transaction, key.id, change.description);
        types.push('API_KEY_DESCRIPTION_CHANGED');
      }
      if (change.roles) {
        await this.#replaceRoles(transaction, key, null, change.roles);
        await keepAnOwner(transaction, this.#clock, organizationId);
        types.push('API_KEY_ROLES_CHANGED');
      }
      return types;
    });
  }

  /** At once, on every node: nothing of a key is kept between requests. Throws `last-owner` as {@link update} does. */
  async delete(organizationId: Id, id: string, by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      const key = await this.#row(transaction, organizationId, id);
      await deleteApiKey(transaction, key.id);
      await keepAnOwner(transaction, this.#clock, organizationId);
      await recordEvent(transaction, this.#clock, { type: 'API_KEY_DELETED', subject: key.publicKey, by, organizationId });
    });
  }

  /** Gives a key of the organization roles on the project, beside those it has there. */
  async addToProject(project: Project, id: string, roles: RoleName[], by?: Actor): Promise<ApiKey> {
    const { id: projectId, organizationId } = project;
    return this.#change(organizationId, id, by, projectId, async (transaction, key) => {
      const grants = roles.map((roleName) => ({ roleName, organizationId, projectId }));
      await addApiKeyRoles(transaction, key.id, grants);
      return ['API_KEY_ADDED_TO_GROUP'];
    });
  }

  /** Roles given replace all that the key has on the project. Throws `api-key-not-found` when it has none there. */
  async updateInProject(
    project: Project,
    id: string,
    change: { description?: string | undefined; roles?: RoleName[] | undefined },
    by?: Actor,
  ): Promise<ApiKey> {
    return this.#change(project.organizationId, id, by, project.id, async (transaction, key) => {
      const types: EventType[] = [];
      checkIsIn(key, project);
      if (change.description !== undefined) {
        await describeApiKey(transaction, key.id, change.description);
        types.push('API_KEY_DESCRIPTION_CHANGED');
      }
      if (change.roles) {
        await this.#replaceRoles(transaction, key, project.id, change.roles);
        types.push('API_KEY_ROLES_CHANGED');
      }
      return types;
    });
  }

  /** The key stays in its organization. Throws `api-key-not-found` when it has no role on the project. */
  async removeFromProject(project: Project, id: string, by?: Actor): Promise<void> {
    await this.#change(project.organizationId, id, by, project.id, async (transaction, key) => {
      checkIsIn(key, project);
      await dropApiKeyRoles(transaction, key.id, project.id);
      return ['API_KEY_REMOVED_FROM_GROUP'];
    });
  }

  async #change(
    organizationId: Id,
    id: string,
    by: Actor | undefined,
    projectId: Id | null,
    change: (transaction: Queryable, key: ApiKeyWithRoles) => Promise<EventType[]>,
  ): Promise<ApiKey> {
    return this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      const key = await this.#row(transaction, organizationId, id);
      const scope = projectId ? { projectId } : { organizationId };
      for (const type of await change(transaction, key)) {
        await recordEvent(transaction, this.#clock, { type, subject: key.publicKey, by, ...scope });
      }
      return fromRow(await this.#row(transaction, organizationId, id));
    });
  }

  async #replaceRoles(transaction: Queryable, key: ApiKeyWithRoles, projectId: Id | null, roles: RoleName[]): Promise<void> {
    const { organizationId } = key;
    await dropApiKeyRoles(transaction, key.id, projectId);
    await addApiKeyRoles(
      transaction,
      key.id,
      roles.map((roleName) => ({ roleName, organizationId, projectId })),
    );
  }

  async #row(db: Queryable, organizationId: Id, id: string): Promise<ApiKeyWithRoles> {
    const row = isId(id) ? await findApiKey(db, organizationId, id) : null;
    if (!row) throw new Problem('api-key-not-found', [id.slice(0, 100)]);
    return row;
  }
}

function newKeyPair(): KeyPair {
  const publicKey = Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return { publicKey, privateKey: randomUUID() };
}

function checkIsIn(key: ApiKeyWithRoles, project: Project): void {
  if (!key.roles.some((role) => role.projectId === project.id)) throw new Problem('api-key-not-found', [key.id]);
}

function fromRow(row: ApiKeyWithRoles): ApiKey {
  const { id, organizationId, publicKey, privateKeySuffix, description, createdAt, roles } = row;
  const maskedPrivateKey = `********-****-****-${privateKeySuffix}`;
  return { id, organizationId, publicKey, maskedPrivateKey, description, createdAt, grants: roles as Grant[] };
}
