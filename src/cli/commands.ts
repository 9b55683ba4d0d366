import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { settingsHelp } from './settings-help.ts';

type AddCommand = (program: Command) => void;

/** By their names, in the order in which a newcomer meets them. Each loads what it needs itself: all of Lifeboat takes a second to load, a list of snapshots a tenth of one. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  init: async () => (await import('./init.ts')).addInitCommand,
  serve: async () => (await import('./serve.ts')).addServeCommand,
  clusters: async () => (await import('./clusters.ts')).addClustersCommand,
  snapshots: async () => (await import('./snapshots.ts')).addSnapshotsCommand,
  schedules: async () => (await import('./schedules.ts')).addSchedulesCommand,
  restores: async () => (await import('./restores.ts')).addRestoresCommand,
  drill: async () => (await import('./drill.ts')).addDrillCommand,
  verify: async () => (await import('./verify.ts')).addVerifyCommand,
  repair: async () => (await import('./repair.ts')).addRepairCommand,
  import: async () => (await import('./import.ts')).addImportCommand,
  extract: async () => (await import('./extract.ts')).addExtractCommand,
  gc: async () => (await import('./gc.ts')).addGarbageCollectionCommand,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
  key: async () => (await import('./key.ts')).addKeyCommand,
  keys: async () => (await import('./keys.ts')).addKeysCommand,
  users: async () => (await import('./users.ts')).addUsersCommand,
  audit: async () => (await import('./audit.ts')).addAuditCommand,
  vault: async () => (await import('./vault.ts')).addVaultCommand,
  'backup-self': async () => (await import('./backup-self.ts')).addBackupSelfCommand,
  'restore-self': async () => (await import('./restore-self.ts')).addRestoreSelfCommand,
  worker: async () => (await import('./worker.ts')).addWorkerCommand,
  emulate: async () => (await import('./emulate.ts')).addEmulateCommand,
};

/** Every command, or only the one of that name where there is one; nothing is carried out by making it. */
export async function makeProgram(only?: string): Promise<Command> {
  const program = new Command('lifeboat')
    .description('Backups for MongoDB that you can trust, behind the API of MongoDB Atlas')
    .version(VERSION)
    .exitOverride()
    .addHelpText('after', settingsHelp())
    .showHelpAfterError('(add --help for the options)');

  const one = only === undefined || !Object.hasOwn(COMMANDS, only) ? undefined : COMMANDS[only];
  const wanted = one ? [one] : Object.values(COMMANDS);
  for (const add of await Promise.all(wanted.map((load) => load()))) add(program);
  return program;
}
