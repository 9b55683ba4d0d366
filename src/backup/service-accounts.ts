import { after, type Clock, HOUR } from '../clock.ts';
import type { Db, Queryable } from '../db/connection.ts';
import { lockOrganization } from '../db/roles.ts';
import {
  addServiceAccountRoles,
  deleteSecret,
  deleteServiceAccount,
  describeServiceAccount,
  dropServiceAccountRoles,
  findServiceAccount,
  insertSecret,
  insertServiceAccount,
  listSecrets,
  listServiceAccounts,
  type SecretRow,
  type ServiceAccountWithRoles,
} from '../db/service-accounts.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import type { Actor } from './caller.ts';
import type { EventType } from './event.ts';
import { recordEvent } from './events.ts';
import { keepAnOwner } from './owners.ts';
import type { Project } from './projects.ts';
import { distinct, type Grant, type RoleName } from './roles.ts';
import {
  accountIdOf,
  clientIdOf,
  digestOfSecret,
  maskedSecret,
  newSecret,
  type Secret,
  type ServiceAccount,
  suffixOf,
} from './service-account.ts';

export interface CreateServiceAccount {
  organizationId: Id;
  name: string;
  description: string;
  grants: Grant[];
  /** Its first secret's life. */
  secretHours: number;
  /** The project it is made in, for the event. */
  projectId?: Id;
  by?: Actor;
}

export interface ServiceAccountChange {
  name?: string | undefined;
  description?: string | undefined;
  /** All that it has on the organization, or on the project that the change is made in. */
  roles?: RoleName[] | undefined;
}

/**
 * Where an account is named: in its organization, or in a project on which it has a role. In a project only an account that is the project's
 * alone can be changed: whoever made a secret for one that can do more elsewhere could do more himself.
 */
export type AccountScope = { organizationId: Id } | { project: Project };

/** Service accounts and their secrets. Tokens are `access-tokens.ts`. */
export class ServiceAccounts {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #secretKey: Buffer;

  /** `secretKey`: derived from the master key for `service-account-secrets`. */
  constructor(db: Db, clock: Clock, secretKey: Buffer) {
    this.#db = db;
    this.#clock = clock;
    this.#secretKey = secretKey;
  }

  /** The answer's one secret has its plain text. */
  async create(input: CreateServiceAccount): Promise<ServiceAccount> {
    const { organizationId, name, description, projectId, by } = input;
    const grants = distinct(input.grants);
    const createdAt = this.#clock.now();
    const row = { id: newId(createdAt), organizationId, name, description, createdAt };
    const secret = await this.#db.transaction().execute(async (transaction) => {
      await insertServiceAccount(transaction, row, grants);
      const scope = projectId ? { projectId } : { organizationId };
      const first = await this.#addSecret(transaction, row.id, input.secretHours);
      await recordEvent(transaction, this.#clock, { type: 'SERVICE_ACCOUNT_CREATED', subject: clientIdOf(row.id), by, ...scope });
      return first;
    });
    return { ...fromRow({ ...row, roles: grants }, []), secrets: [secret] };
  }

  /** Oldest first. */
  async list(scope: AccountScope, page: Page): Promise<Listed<ServiceAccount>> {
    const filter = 'project' in scope ? { organizationId: scope.project.organizationId, projectId: scope.project.id } : scope;
    const { results, totalCount } = await listServiceAccounts(this.#db, filter, page);
    const secrets = await listSecrets(
      this.#db,
      results.map(({ id }) => id),
    );
    return { results: results.map((row) => fromRow(row, secrets)), totalCount };
  }

  /** Throws `service-account-not-found`. */
  async get(scope: AccountScope, clientId: string): Promise<ServiceAccount> {
    return this.#whole(this.#db, await this.#row(this.#db, scope, clientId));
  }

  /** Throws `last-owner` where nobody could manage the organization any more. */
  async update(scope: AccountScope, clientId: string, change: ServiceAccountChange, by?: Actor): Promise<ServiceAccount> {
    const { roles, ...details } = change;
    return this.#change(scope, clientId, by, async (transaction, row) => {
      const types: EventType[] = [];
      if (Object.values(details).some((value) => value !== undefined)) checkIsOwn(row, scope);
      const given = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length > 0) {
        await describeServiceAccount(transaction, row.id, given);
        types.push('SERVICE_ACCOUNT_DETAILS_CHANGED');
      }
      if (roles) {
        await this.#replaceRoles(transaction, row, scope, roles);
        await keepAnOwner(transaction, this.#clock, row.organizationId);
        types.push('SERVICE_ACCOUNT_ROLES_CHANGED');
      }
      return types;
    });
  }

  /** With its secrets and tokens, at once on every node. Throws `last-owner` as {@link update} does. */
  async delete(organizationId: Id, clientId: string, by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      const row = await this.#row(transaction, { organizationId }, clientId);
      await deleteServiceAccount(transaction, row.id);
      await keepAnOwner(transaction, this.#clock, organizationId);
      await recordEvent(transaction, this.#clock, { type: 'SERVICE_ACCOUNT_DELETED', subject: clientIdOf(row.id), by, organizationId });
    });
  }

  /** Gives an account of the organization roles on the project, beside those it has there. */
  async addToProject(project: Project, clientId: string, roles: RoleName[], by?: Actor): Promise<ServiceAccount> {
    return this.#change({ organizationId: project.organizationId }, clientId, by, async (transaction, row) => {
      await addServiceAccountRoles(transaction, row.id, grantsOn({ project }, roles));
      return ['SERVICE_ACCOUNT_ADDED_TO_GROUP'];
    });
  }

  /** The account stays in its organization. */
  async removeFromProject(project: Project, clientId: string, by?: Actor): Promise<void> {
    await this.#change({ project }, clientId, by, async (transaction, row) => {
      await dropServiceAccountRoles(transaction, row.id, project.id);
      return ['SERVICE_ACCOUNT_REMOVED_FROM_GROUP'];
    });
  }

  /** Beside those it has, so that clients can move over before the old one is deleted. */
  async addSecret(scope: AccountScope, clientId: string, hours: number, by?: Actor): Promise<Secret> {
    let secret: Secret | undefined;
    await this.#change(scope, clientId, by, async (transaction, row) => {
      checkIsOwn(row, scope);
      secret = await this.#addSecret(transaction, row.id, hours);
      return ['SERVICE_ACCOUNT_SECRET_ADDED'];
    });
    return secret!;
  }

  /** The tokens that were given for it end with it. Throws `secret-not-found`, and `last-owner` as {@link update} does. */
  async deleteSecret(scope: AccountScope, clientId: string, secretId: string, by?: Actor): Promise<void> {
    await this.#change(scope, clientId, by, async (transaction, row) => {
      checkIsOwn(row, scope);
      const isGone = isId(secretId) && (await deleteSecret(transaction, row.id, secretId));
      if (!isGone) throw new Problem('secret-not-found', [secretId.slice(0, 100), clientId]);
      await keepAnOwner(transaction, this.#clock, row.organizationId);
      return ['SERVICE_ACCOUNT_SECRET_DELETED'];
    });
  }

  async #change(
    scope: AccountScope,
    clientId: string,
    by: Actor | undefined,
    change: (transaction: Queryable, row: ServiceAccountWithRoles) => Promise<EventType[]>,
  ): Promise<ServiceAccount> {
    return this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationOf(scope));
      const row = await this.#row(transaction, scope, clientId);
      const types = await change(transaction, row);
      const place = 'project' in scope ? { projectId: scope.project.id } : scope;
      for (const type of types) await recordEvent(transaction, this.#clock, { type, subject: clientIdOf(row.id), by, ...place });
      return this.#whole(transaction, (await findServiceAccount(transaction, row.id))!);
    });
  }

  async #addSecret(db: Queryable, accountId: Id, hours: number): Promise<Secret> {
    const createdAt = this.#clock.now();
    const plain = newSecret();
    const row: SecretRow = {
      id: newId(createdAt),
      serviceAccountId: accountId,
      digest: digestOfSecret(this.#secretKey, plain),
      suffix: suffixOf(plain),
      createdAt,
      expiresAt: after(createdAt, hours * HOUR),
      lastUsedAt: null,
    };
    await insertSecret(db, row);
    return { ...secretFromRow(row), plain };
  }

  async #replaceRoles(db: Queryable, row: ServiceAccountWithRoles, scope: AccountScope, roles: RoleName[]): Promise<void> {
    await dropServiceAccountRoles(db, row.id, 'project' in scope ? scope.project.id : null);
    await addServiceAccountRoles(db, row.id, grantsOn(scope, roles));
  }

  async #row(db: Queryable, scope: AccountScope, clientId: string): Promise<ServiceAccountWithRoles> {
    const id = accountIdOf(clientId);
    const row = id ? await findServiceAccount(db, id) : null;
    const isThere = row && row.organizationId === organizationOf(scope) && isIn(row, scope);
    if (!isThere) throw new Problem('service-account-not-found', [clientId.slice(0, 100)]);
    return row;
  }

  async #whole(db: Queryable, row: ServiceAccountWithRoles): Promise<ServiceAccount> {
    return fromRow(row, await listSecrets(db, [row.id]));
  }
}

function organizationOf(scope: AccountScope): Id {
  return 'project' in scope ? scope.project.organizationId : scope.organizationId;
}

function isIn(row: ServiceAccountWithRoles, scope: AccountScope): boolean {
  return !('project' in scope) || row.roles.some((role) => role.projectId === scope.project.id);
}

/** Throws `not-permitted` in a project whose account has more than its roles there and a member's in the organization. */
function checkIsOwn(row: ServiceAccountWithRoles, scope: AccountScope): void {
  if (!('project' in scope)) return;
  const isOwn = row.roles.every((role) => role.projectId === scope.project.id || role.roleName === 'ORG_MEMBER');
  if (!isOwn) throw new Problem('not-permitted');
}

function grantsOn(scope: AccountScope, roles: RoleName[]): Grant[] {
  const projectId = 'project' in scope ? scope.project.id : null;
  return roles.map((roleName) => ({ roleName, organizationId: organizationOf(scope), projectId }));
}

function fromRow(row: ServiceAccountWithRoles, secrets: SecretRow[]): ServiceAccount {
  const { id, organizationId, name, description, createdAt, roles } = row;
  const own = secrets.filter((secret) => secret.serviceAccountId === id).map(secretFromRow);
  return { id, clientId: clientIdOf(id), organizationId, name, description, createdAt, grants: roles as Grant[], secrets: own };
}

function secretFromRow({ id, suffix, createdAt, expiresAt, lastUsedAt }: SecretRow): Secret {
  return { id, masked: maskedSecret(suffix), createdAt, expiresAt, lastUsedAt };
}
