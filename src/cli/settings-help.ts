import { SETTINGS } from '../config.ts';

/** What `--help` says of the environment variables: each with its default and its meaning, as `config.ts` has them. */
export function settingsHelp(): string {
  const settings = Object.values(SETTINGS).map(({ env, defaultText, doc }) => `  ${env} (${defaultText})\n      ${doc}`);
  return ['', 'Settings (environment variables, with their defaults):', ...settings].join('\n');
}
