import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { OwnerSetup, setupUrl } from '../backup/owner-setup.ts';
import { Passwords } from '../backup/password.ts';
import { Projects } from '../backup/projects.ts';
import { ORGANIZATION_ROLES, PROJECT_ROLES, type RoleName } from '../backup/roles.ts';
import type { User } from '../backup/user.ts';
import { Users } from '../backup/users.ts';
import { readConfig } from '../config.ts';
import { Problem } from '../errors.ts';
import { Foundation } from '../foundation.ts';
import { grantOf, organizationOf, rolesText } from './installation.ts';
import { printResult, say, table } from './output.ts';
import { lastServiceUrl } from './profile.ts';

const PAGE = 500;
const PASSWORD_STDIN = ['--password-stdin', 'read the password from standard input; else one is made, and shown once'] as const;

interface PasswordOptions {
  passwordStdin?: boolean;
  json?: boolean;
}

/** Those who sign in, at the machine itself: the way in for the first of them, and the way back for who has forgotten the password. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('Who may sign in, on the machine of the installation itself: no key is needed');

  users
    .command('list')
    .option('--json', 'print JSON')
    .description('List the users')
    .action(async ({ json }: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const all = await listAll(usersOf(foundation), organizationOf(foundation));
      printResult(all.map(shown), json, () =>
        table(
          ['ID', 'NAME', 'ROLES', 'LAST SIGN-IN'],
          all.map((user) => [user.id, user.username, rolesText(user.grants), user.lastSignInAt?.toISOString() ?? 'never']),
        ),
      );
    });

  users
    .command('add')
    .argument('<name>', 'letters, digits and . _ @ + -')
    .option('--owner', 'an owner of the organization')
    .addOption(new Option('--role <role...>', 'roles of the user').choices([...ORGANIZATION_ROLES, ...PROJECT_ROLES]))
    .option('--project <id>', 'the project of roles that begin with GROUP_')
    .option(...PASSWORD_STDIN)
    .option('--json', 'print JSON')
    .description('Add a user')
    .action(async (name: string, options: PasswordOptions & { owner?: boolean; role?: RoleName[]; project?: string }) => {
      const roles = [...(options.owner ? (['ORG_OWNER'] as const) : []), ...(options.role ?? [])];
      if (roles.length === 0) throw new Problem('missing-value', ['--owner or --role']);
      const password = await passwordFrom(options);
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const organizationId = organizationOf(foundation);
      if (options.project !== undefined) await new Projects(foundation.db, foundation.clock).get(options.project);
      const grants = roles.map((role) => grantOf(role, organizationId, options.project));
      const user = await usersOf(foundation).create({ organizationId, username: name, password, grants });
      printUser(user, password, options);
    });

  users
    .command('password')
    .argument('<name>', 'the name of the user')
    .option(...PASSWORD_STDIN)
    .option('--json', 'print JSON')
    .description('Give a user another password, which ends every session')
    .action(async (name: string, options: PasswordOptions) => {
      const password = await passwordFrom(options);
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const organizationId = organizationOf(foundation);
      const { id } = await usersOf(foundation).getByName(organizationId, name);
      printUser(await usersOf(foundation).update(organizationId, id, { password }), password, options);
    });

  users
    .command('remove')
    .argument('<name>', 'the name of the user')
    .description('Remove a user, with every session, at once')
    .action(async (name: string) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const organizationId = organizationOf(foundation);
      const { id } = await usersOf(foundation).getByName(organizationId, name);
      await usersOf(foundation).delete(organizationId, id);
      say(`User ${name} is removed.`);
    });

  addSetupTokenCommand(users);
}

function addSetupTokenCommand(users: Command): void {
  users
    .command('setup-token')
    .option('--json', 'print JSON')
    .description('Print where the first owner is set up in the browser; what was printed before is worth nothing then')
    .action(async ({ json }: { json?: boolean }) => {
      const config = readConfig(process.env);
      await using foundation = await Foundation.open(config, 'either');
      const made = await new OwnerSetup(foundation.db, foundation.clock, new Passwords()).newToken();
      if (!made) throw new Problem('owner-exists');
      const url = setupUrl(config.publicUrl ?? (await lastServiceUrl(config.data)) ?? foundation.publicUrl, made)!;
      printResult({ url, ...made }, json, () => url);
    });
}

function usersOf({ db, clock }: Foundation): Users {
  return new Users(db, clock, new Passwords());
}

async function listAll(users: Users, organizationId: string): Promise<User[]> {
  const all: User[] = [];
  for (let number = 1; ; number += 1) {
    const { results, totalCount } = await users.list(organizationId, { number, size: PAGE });
    all.push(...results);
    if (results.length === 0 || all.length >= totalCount) return all;
  }
}

/** Never an argument: those are seen by everybody on the machine. */
async function passwordFrom({ passwordStdin }: PasswordOptions): Promise<string> {
  if (!passwordStdin) return randomBytes(18).toString('base64url');
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

function printUser(user: User, password: string, { passwordStdin, json }: PasswordOptions): void {
  const made = passwordStdin ? null : { password };
  printResult({ ...shown(user), ...made }, json, () =>
    [
      `id        ${user.id}`,
      `name      ${user.username}`,
      ...(made ? [`password  ${password}`] : []),
      `roles     ${rolesText(user.grants)}`,
    ].join('\n'),
  );
  if (made && !json) say('The password is shown here once, and kept nowhere.');
}

function shown({ id, username, createdAt, lastSignInAt, grants }: User): object {
  const roles = grants.map(({ roleName, projectId }) => ({ roleName, ...(projectId && { projectId }) }));
  return { id, username, createdAt, ...(lastSignInAt && { lastSignInAt }), roles };
}
