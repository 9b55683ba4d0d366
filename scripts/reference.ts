/**
 * `npm run reference`: writes `docs/reference/` from the code: settings, commands and routes. A test says when a page is behind; `npm run console:types` writes them too, as both are what the
 * server says of itself.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { openApiDocument } from '../src/api/openapi/document.ts';
import type { Operation } from '../src/api/openapi/operation.ts';
import { makeProgram } from '../src/cli/commands.ts';
import { SETTINGS } from '../src/config.ts';

const FOLDER = join(resolve(import.meta.dirname, '..'), 'docs/reference');
const WRITTEN = '<!-- Written by `npm run reference` from the code: change it there. -->\n\n';

/** The pages, by their names in `docs/reference/`. */
export async function referencePages(): Promise<Record<string, string>> {
  return { 'settings.md': settingsPage(), 'cli.md': commandsPage(await makeProgram()), 'api.md': routesPage() };
}

function settingsPage(): string {
  const rows = Object.values(SETTINGS).map(({ env, defaultText, doc }) => `| \`${env}\` | ${cell(defaultText)} | ${cell(doc)} |`);
  return `${WRITTEN}# Settings

Environment variables, all of them. One that is empty counts as not set; one that is not usable keeps every command from starting, with a sentence that says what is expected (exit code 2).

| variable | default | what it is |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function commandsPage(program: Command): string {
  const commands = leavesOf(program, []);
  return `${WRITTEN}# Commands

\`npx lifeboat COMMAND\`. Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage. \`--help\` says the same as this page.

${commands.map(([words, command]) => commandText(words, command)).join('\n')}`;
}

/** The commands that do something, with the words that lead to them. */
function leavesOf(command: Command, words: string[]): [string[], Command][] {
  return command.commands.flatMap((sub) => {
    const path = [...words, sub.name()];
    return sub.commands.length > 0 ? leavesOf(sub, path) : [[path, sub]];
  });
}

function commandText(words: string[], command: Command): string {
  const places = command.registeredArguments.map((one) => ({ argument: one, name: one.required ? `<${one.name()}>` : `[${one.name()}]` }));
  const rows = [
    ...places.flatMap(({ argument, name }) => (argument.description ? [`| \`${name}\` | ${cell(argument.description)} |`] : [])),
    ...command.options.filter(({ hidden }) => !hidden).map((option) => `| \`${code(option.flags)}\` | ${cell(optionText(option))} |`),
  ];
  const heading = ['lifeboat', ...words, ...places.map(({ name }) => name)].join(' ');
  return `## \`${heading}\`

${command.description()}.
${rows.length > 0 ? `\n| | |\n| --- | --- |\n${rows.join('\n')}\n` : ''}`;
}

function optionText({ description, mandatory, defaultValue, argChoices }: Option): string {
  const more = [
    mandatory && 'required',
    argChoices && `one of ${argChoices.join(', ')}`,
    defaultValue !== undefined && `default: ${Array.isArray(defaultValue) ? defaultValue.join(', ') || 'none' : defaultValue}`,
  ].filter(Boolean);
  return more.length > 0 ? `${description} (${more.join('; ')})` : description;
}

function routesPage(): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(openApiDocument().paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags;
      byTag.set(tag!, [...(byTag.get(tag!) ?? []), routeRow(path, method, operation)]);
    }
  }
  const sections = [...byTag].map(
    ([tag, rows]) => `## ${tag}\n\n| route | does | takes | refuses with |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
  );
  return `${WRITTEN}# Routes

Everything that a running Lifeboat answers. \`/api/docs\` says it of each with its bodies, to read; \`/api/openapi.json\` to machines (OpenAPI 3.1). On v2 name a version in \`Accept\`. Refusals that any route can answer
(401, 403, 406, 500 ...) are not repeated here.

${sections.join('\n')}`;
}

/** What every route can refuse with says nothing about one. */
const OF_ANY = new Set(['401', '403', '405', '406', '415', '429', '500', '503']);

function routeRow(path: string, method: string, { summary, parameters = [], requestBody, responses, deprecated }: Operation): string {
  const query = parameters.filter((one) => one.in === 'query').map(({ name, required }) => (required ? `**${name}**` : name));
  const takes = [requestBody && 'a body', query.join(', ')].filter(Boolean).join('; ');
  const codes = Object.entries(responses).flatMap(([status, { description }]) =>
    status >= '400' && !OF_ANY.has(status) ? [`${status} ${description}`] : [],
  );
  return `| \`${method.toUpperCase()} ${path}\` | ${cell(summary)}${deprecated ? ' (deprecated in Atlas)' : ''} | ${cell(takes)} | ${cell(codes.join('; '))} |`;
}

/** As in a cell, within backticks. */
const code = (text: string) => text.replaceAll('|', '\\|');

/** One line, and no end of a cell. */
function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

export async function writeReference(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(await referencePages())) await writeFile(join(FOLDER, name), text);
}

if (import.meta.main) await writeReference();
