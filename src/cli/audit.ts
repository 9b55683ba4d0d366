import { type Command, InvalidArgumentError } from 'commander';
import { AuditLog } from '../backup/audit-log.ts';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, table } from './output.ts';

/** The audit log, at the machine itself: no key is needed, and it also works while `serve` is stopped. */
export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('Who changed and downloaded what, on the machine of the installation itself');

  audit
    .command('list')
    .option('--limit <count>', 'so many of the newest', parseLimit, 50)
    .option('--json', 'print JSON')
    .description('List the newest entries, of every organization')
    .action(async (options: { limit: number; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const { results } = await new AuditLog(foundation.db, foundation.clock).list(null, { number: 1, size: options.limit });
      printResult(results, options.json, () =>
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

function parseHead(text: string): { number: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new InvalidArgumentError('NUMBER:HASH is expected, as `audit verify` prints it.');
  return { number: Number(match[1]), hash: match[2]! };
}
