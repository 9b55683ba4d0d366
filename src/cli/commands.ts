import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { addAuditCommand } from './audit.ts';
import { addBackupSelfCommand } from './backup-self.ts';
import { addClustersCommand } from './clusters.ts';
import { addDoctorCommand } from './doctor.ts';
import { addDrillCommand } from './drill.ts';
import { addEmulateCommand } from './emulate.ts';
import { addExtractCommand } from './extract.ts';
import { addGarbageCollectionCommand } from './gc.ts';
import { addImportCommand } from './import.ts';
import { addInitCommand } from './init.ts';
import { addKeyCommand } from './key.ts';
import { addKeysCommand } from './keys.ts';
import { addRepairCommand } from './repair.ts';
import { addRestoreSelfCommand } from './restore-self.ts';
import { addRestoresCommand } from './restores.ts';
import { addSchedulesCommand } from './schedules.ts';
import { addServeCommand } from './serve.ts';
import { settingsHelp } from './settings-help.ts';
import { addSnapshotsCommand } from './snapshots.ts';
import { addUsersCommand } from './users.ts';
import { addVaultCommand } from './vault.ts';
import { addVerifyCommand } from './verify.ts';
import { addWorkerCommand } from './worker.ts';

/** Every command, in the order a newcomer meets them; nothing is carried out by making it. */
export function makeProgram(): Command {
  const program = new Command('lifeboat')
    .description('Backups for MongoDB that you can trust, behind the API of MongoDB Atlas')
    .version(VERSION)
    .exitOverride()
    .addHelpText('after', settingsHelp())
    .showHelpAfterError('(add --help for the options)');

  addInitCommand(program);
  addServeCommand(program);
  addClustersCommand(program);
  addSnapshotsCommand(program);
  addSchedulesCommand(program);
  addRestoresCommand(program);
  addDrillCommand(program);
  addVerifyCommand(program);
  addRepairCommand(program);
  addImportCommand(program);
  addExtractCommand(program);
  addGarbageCollectionCommand(program);
  addDoctorCommand(program);
  addKeyCommand(program);
  addKeysCommand(program);
  addUsersCommand(program);
  addAuditCommand(program);
  addVaultCommand(program);
  addBackupSelfCommand(program);
  addRestoreSelfCommand(program);
  addWorkerCommand(program);
  addEmulateCommand(program);
  return program;
}
