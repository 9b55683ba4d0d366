import type { Command } from 'commander';
import type { NewPolicyItem } from '../backup/backup-schedules.ts';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import { printResult } from './output.ts';
import { describeItem, drillOf, type PolicyWords, policyOf, timeOf } from './policy-words.ts';

interface Schedule {
  policy: NewPolicyItem[];
  timeZone: string;
  referenceHourOfDay: number;
  referenceMinuteOfHour: number;
  paused: boolean;
  nextSnapshotAt?: string;
  drill?: { every: string; objectiveDays: number } | null;
}

interface Preview {
  next: { at: string; frequencyTypes: string[] }[];
  kept: { atMost: number; byType: Record<string, number> };
  deletedNow: { id: string; scheduledAt: string }[];
}

interface Words extends PolicyWords {
  none?: boolean;
  at?: string;
  timeZone?: string;
  pause?: boolean;
  resume?: boolean;
  /** `false` for `--no-drill`. */
  drill?: string | boolean;
  keepExisting?: boolean;
  json?: boolean;
}

export function addSchedulesCommand(program: Command): void {
  const schedules = program.command('schedules').description('When snapshots are taken and how long they are kept');
  schedules
    .command('show')
    .argument('<cluster>')
    .option('--json', 'print JSON')
    .description('Show the schedule of a cluster')
    .action(async (cluster: string, { json }: { json?: boolean }) => {
      const schedule = await (await connect()).get<Schedule>(await pathOf(cluster));
      printResult(schedule, json, () => describe(schedule));
    });
  withWords(schedules.command('set'))
    .description('Change the schedule of a cluster. Frequencies that are given replace all that were there')
    .action(async (cluster: string, words: Words) => {
      const client = await connect();
      const schedule = await client.put<Schedule>(await pathOf(cluster), await wanted(client, cluster, words));
      printResult(schedule, words.json, () => describe(schedule));
    });
  withWords(schedules.command('preview'))
    .description('What `set` with the same options would do; nothing is changed')
    .action(async (cluster: string, words: Words) => {
      const client = await connect();
      const preview = await client.post<Preview>(`${await pathOf(cluster)}/preview`, await wanted(client, cluster, words));
      printResult(preview, words.json, () => describePreview(preview));
    });
}

function withWords(command: Command): Command {
  const several = (word: string, before: string[] = []) => [...before, word];
  return command
    .argument('<cluster>')
    .option('--hourly <hours:kept>', 'every 1, 2, 4, 6, 8 or 12 hours: 6:7d')
    .option('--daily <kept>', 'every day: 8d')
    .option('--weekly <day:kept>', 'every week, on several days too: sat:4w', several)
    .option('--monthly <day:kept>', 'every month, on several days too: 15:12m, last:12m', several)
    .option('--yearly <month:kept>', 'every year, on the first of a month: dec:3y', several)
    .option('--none', 'no snapshots by schedule')
    .option('--at <time>', 'the time of day: 02:30')
    .option('--time-zone <zone>', 'the time zone of that time: Europe/Berlin')
    .option('--pause', 'take none for now')
    .option('--resume', 'take them again')
    .option('--drill <every:days>', 'rehearse a restore each day, week or month, and say when the proof is older: week:14')
    .option('--no-drill', 'rehearse no more')
    .option('--keep-existing', 'what was taken before is kept as it was')
    .option('--json', 'print JSON');
}

async function pathOf(cluster: string): Promise<string> {
  return (await connect()).project(`clusters/${encodeURIComponent(cluster)}/schedule`);
}

/** The whole schedule as it shall be: what is there, with what was said. */
async function wanted(client: Client, cluster: string, words: Words): Promise<object> {
  const { nextSnapshotAt: _next, ...now } = await client.get<Schedule>(await pathOf(cluster));
  const policy = words.none ? [] : policyOf(words);
  return {
    ...now,
    ...(policy && { policy }),
    ...(words.at !== undefined && timeOf(words.at)),
    ...(words.timeZone !== undefined && { timeZone: words.timeZone }),
    ...((words.pause || words.resume) && { paused: words.pause === true }),
    ...(typeof words.drill === 'string' && { drill: drillOf(words.drill) }),
    ...(words.drill === false && { drill: null }),
    ...(words.keepExisting && { updateSnapshots: false }),
  };
}

function describe(schedule: Schedule): string {
  const { referenceHourOfDay: hour, referenceMinuteOfHour: minute, timeZone, drill } = schedule;
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')} ${timeZone}`;
  const none = schedule.paused ? 'none: it is paused' : 'none';
  return [
    ...(schedule.policy.length > 0 ? schedule.policy.map(describeItem) : ['no snapshots by schedule']),
    `at ${time}; next: ${schedule.nextSnapshotAt ?? none}`,
    ...(drill ? [`a drill every ${drill.every}; a restore is to be proven within ${drill.objectiveDays} days`] : []),
  ].join('\n');
}

function describePreview({ next, kept, deletedNow }: Preview): string {
  const byType = Object.entries(kept.byType).map(([type, count]) => `${count} ${type}`);
  return [
    ...next.map(({ at, frequencyTypes }) => `${at}  ${frequencyTypes.join(', ')}`),
    `At most ${kept.atMost} are kept${byType.length > 0 ? ` (${byType.join(', ')})` : ''}.`,
    deletedNow.length > 0
      ? `Deleted at once: ${deletedNow.map(({ id, scheduledAt }) => `${id} of ${scheduledAt}`).join(', ')}`
      : 'Nothing is deleted at once.',
  ].join('\n');
}
