import { type Command, Option } from 'commander';
import type { ApiKey, NewApiKey } from '../backup/api-keys.ts';
import { Projects } from '../backup/projects.ts';
import { ORGANIZATION_ROLES, PROJECT_ROLES, type RoleName } from '../backup/roles.ts';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { grantOf, organizationOf, rolesText } from './installation.ts';
import { printResult, say, table } from './output.ts';

const ALL: readonly RoleName[] = [...ORGANIZATION_ROLES, ...PROJECT_ROLES];
const PAGE = 500;

/**
 * API keys, at the machine itself: the commands open the installation, and so need no key. They are the way back when no key can be used any
 * more, be it that all are lost or that an access list shuts them out.
 */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('API keys, on the machine of the installation itself: no key is needed');

  keys
    .command('list')
    .option('--json', 'print JSON')
    .description('List the API keys of the first organization')
    .action(async (options: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const listed = await listAll(foundation, organizationOf(foundation));
      printResult(listed.map(shown), options.json, () =>
        table(
          ['ID', 'PUBLIC KEY', 'PRIVATE KEY', 'ROLES', 'DESCRIPTION'],
          listed.map((key) => [key.id, key.publicKey, key.maskedPrivateKey, rolesText(key.grants), key.description]),
        ),
      );
    });

  keys
    .command('create')
    .addOption(new Option('--role <role...>', 'roles of the key').choices(ALL).default(['ORG_OWNER']))
    .option('--project <id>', 'the project of roles that begin with GROUP_')
    .option('--description <text>', 'what it is for', 'Made at the machine')
    .option('--json', 'print JSON')
    .description('Create an API key, whose private half is shown once')
    .action(async (options: { role: RoleName[]; project?: string; description: string; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const organizationId = organizationOf(foundation);
      if (options.project !== undefined) await new Projects(foundation.db, foundation.clock).get(options.project);
      const grants = options.role.map((roleName) => grantOf(roleName, organizationId, options.project));
      const key = await foundation.apiKeys.create({ organizationId, description: options.description, grants });
      printResult({ ...shown(key), privateKey: key.privateKey }, options.json, () => created(key));
      if (!options.json) say('The private key is shown here once, and kept nowhere.');
    });

  keys
    .command('delete')
    .argument('<id>', 'the id of the key, as `keys list` prints it')
    .description('Delete an API key; it can do nothing from the next request on')
    .action(async (id: string) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      await foundation.apiKeys.delete(organizationOf(foundation), id);
      say(`Key ${id} is deleted.`);
    });
}

async function listAll(foundation: Foundation, organizationId: string): Promise<ApiKey[]> {
  const all: ApiKey[] = [];
  for (let number = 1; ; number += 1) {
    const { results, totalCount } = await foundation.apiKeys.list(organizationId, { number, size: PAGE });
    all.push(...results);
    if (results.length === 0 || all.length >= totalCount) return all;
  }
}

function shown({ id, publicKey, maskedPrivateKey, description, createdAt, grants }: ApiKey): object {
  const roles = grants.map(({ roleName, projectId }) => ({ roleName, ...(projectId && { projectId }) }));
  return { id, publicKey, privateKey: maskedPrivateKey, description, createdAt, roles };
}

function created(key: NewApiKey): string {
  return `id           ${key.id}\npublic key   ${key.publicKey}\nprivate key  ${key.privateKey}\nroles        ${rolesText(key.grants)}`;
}
