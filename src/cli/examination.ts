import { stat } from 'node:fs/promises';
import { APART, apartText, makeClockCheck } from '../backup/clock-check.ts';
import { type Config, masterKeyFile } from '../config.ts';
import { messageOf } from '../errors.ts';
import { Foundation } from '../foundation.ts';
import { native, unusable } from '../native.ts';
import { bytes } from './output.ts';

export interface Finding {
  subject: string;
  state: 'good' | 'note' | 'bad';
  finding: string;
}

/** Looks at everything an installation stands on; each trouble is a finding, none stops the others from being looked at. */
export async function examine(config: Config): Promise<Finding[]> {
  const findings = [examineNativeModule(), await examineKeyFile(config)];
  let foundation: Foundation;
  try {
    foundation = await Foundation.open(config, 'either');
  } catch (error) {
    return [...findings, { subject: 'database', state: 'bad', finding: messageOf(error) }];
  }
  try {
    findings.push({ subject: 'database', state: 'good', finding: 'answers, and its tables are up to date' });
    findings.push(examineClock(await makeClockCheck(foundation.db, foundation.clock)()));
    findings.push(examineSetUp(foundation), examineKeyExport(foundation));
    findings.push(await examineVault(foundation));
    findings.push(...(await examineClusters(foundation)));
    return findings;
  } finally {
    await foundation[Symbol.asyncDispose]();
  }
}

function examineNativeModule(): Finding {
  const subject = 'native module';
  if (native) return { subject, state: 'good', finding: 'used' };
  const why = unusable === null ? 'not built' : `cannot be used: ${unusable}`;
  return {
    subject,
    state: 'note',
    finding: `${why}; snapshots and restores are slower without it: docs/operations.md says how to build it (it needs Rust)`,
  };
}

async function examineKeyFile(config: Config): Promise<Finding> {
  const subject = 'master key';
  if (config.key) return { subject, state: 'good', finding: 'given by LIFEBOAT_KEY' };
  const file = masterKeyFile(config);
  const found = await stat(file).catch(() => null);
  if (!found) return { subject, state: 'note', finding: `there is none yet; the first start makes ${file}` };
  const mode = found.mode & 0o777;
  if (mode & 0o077)
    return { subject, state: 'bad', finding: `${file} can be read by others (mode ${mode.toString(8)}): run chmod 600 on it` };
  return { subject, state: 'good', finding: `${file}, readable by its owner alone` };
}

export function examineClock(ahead: number): Finding {
  const subject = 'clock';
  if (Math.abs(ahead) <= APART) return { subject, state: 'good', finding: "agrees with PostgreSQL's" };
  return { subject, state: 'bad', finding: `${apartText(ahead)}: no snapshot expires until they agree. Set both by NTP` };
}

function examineSetUp(foundation: Foundation): Finding {
  const isSetUp = foundation.installation.organizationId !== null;
  return { subject: 'set-up', state: isSetUp ? 'good' : 'note', finding: isSetUp ? 'done' : 'not done yet: run `npx lifeboat init`' };
}

function examineKeyExport(foundation: Foundation): Finding {
  const isSafe = foundation.config.key !== null || foundation.installation.keyExportedAt !== null;
  const finding = isSafe
    ? 'done'
    : 'never done: run `npx lifeboat key export` and keep the key apart from the vault, which is lost without it';
  return { subject: 'key export', state: isSafe ? 'good' : 'note', finding };
}

async function examineVault(foundation: Foundation): Promise<Finding> {
  const subject = 'vault';
  try {
    const vault = await foundation.vault();
    if (vault.owner !== foundation.installation.id) {
      return {
        subject,
        state: 'bad',
        finding: `belongs to installation ${vault.owner}: it can be read; \`npx lifeboat vault adopt\` takes it over`,
      };
    }
    const free = await vault.access.blobs.freeBytes();
    const encryption = vault.encrypted ? 'encrypted' : 'not encrypted';
    const caveat = await vault.access.blobs.caveat();
    if (caveat) return { subject, state: 'note', finding: `opens with this key, ${encryption}; ${caveat}` };
    return { subject, state: 'good', finding: `opens with this key, ${encryption}${free === null ? '' : `, ${bytes(free)} free`}` };
  } catch (error) {
    return { subject, state: 'bad', finding: messageOf(error) };
  }
}

async function examineClusters(foundation: Foundation): Promise<Finding[]> {
  const rows = await foundation.clusters.listAll();
  return Promise.all(
    rows.map(async ({ id, name }): Promise<Finding> => {
      const subject = `cluster ${name}`;
      try {
        const deployment = await foundation.clusters.open(id, 'source-unavailable');
        await deployment.close();
        return { subject, state: 'good', finding: `MongoDB ${deployment.version}, ${deployment.topology}` };
      } catch (error) {
        return { subject, state: 'bad', finding: messageOf(error) };
      }
    }),
  );
}
