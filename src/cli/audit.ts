import { type Command, InvalidArgumentError, Option } from 'commander';
import { AUDIT_ACTIONS, AuditLog } from '../backup/audit-log.ts';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, table } from './output.ts';

interface ListOptions {
  limit: number;
  action?: string[];
  actor?: string;
  from?: Date;
  to?: Date;
  json?: boolean;
}

/** The audit log, at the machine itself: no key is needed, and it also works while `serve` is stopped. */
export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('Who changed and downloaded what, on the machine of the installation itself');

  audit
    .command('list')
    .option('--limit <count>', 'so many of the newest', parseLimit, 50)
    .addOption(new Option('--action <action...>', 'only these actions').choices(AUDIT_ACTIONS))
    .option('--actor <name>', 'only what was done by who has this in their name, or this id')
    .option('--from <date>', 'only from then on', parseDate)
    .option('--to <date>', 'only before then', parseDate)
    .option('--json', 'print JSON')
    .description('List the newest entries, of every organization')
    .action(async ({ limit, action: actions, actor, from, to: until, json }: ListOptions) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const filter = { from, until, ...(actions && { actions }), ...(actor && { actor }) };
      const { results } = await new AuditLog(foundation.db, foundation.clock).list(null, { number: 1, size: limit }, filter);
      printResult(results, json, () =>
        table(
          ['NUMBER', 'WHEN', 'WHO', 'FROM', 'WHAT', 'RESULT', 'ON'],
          results.map(({ number, createdAt, by, remoteAddress, action, result, clusterName, subject }) => [
            ...[String(number), createdAt.toISOString(), by?.name ?? '-', remoteAddress ?? '-', action, result],
            [clusterName, subject].filter((part) => part !== null).join(' '),
          ]),
        ),
      );
    });

  audit
    .command('verify')
    .option('--head <number:hash>', 'the end that an earlier `verify` printed, which must still be there', parseHead)
    .option('--json', 'print JSON')
    .description('Check the whole chain; exit code 1 where an entry was changed, removed or put in')
    .action(async (options: { head?: { number: number; hash: string }; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const report = await new AuditLog(foundation.db, foundation.clock).verify(options.head);
      const isWhole = report.findings.length === 0;
      printResult({ ok: isWhole, ...report }, options.json, () => {
        const end = `${report.head.number}:${report.head.hash}`;
        const lines = report.findings.map(({ number, what }) => `entry ${number}: ${what}`);
        return [`${report.entries} entries: ${isWhole ? `all as they were written; the end is ${end}` : 'TAMPERED WITH'}`, ...lines].join(
          '\n',
        );
      });
      if (!isWhole) process.exitCode = EXIT.failed;
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new InvalidArgumentError('a whole number from 1 to 100000 is expected.');
  return limit;
}

function parseDate(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('a date is expected: 2026-03-01, or 2026-03-01T12:00:00Z.');
  return date;
}

function parseHead(text: string): { number: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new InvalidArgumentError('NUMBER:HASH is expected, as `audit verify` prints it.');
  return { number: Number(match[1]), hash: match[2]! };
}
