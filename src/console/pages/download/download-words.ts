import { quoted } from '../../snippets.ts';

/** The commands that fetch, unpack and load an archive, ready for a shell. */
export function downloadCommands({ url, fileName }: { url: string; fileName: string }) {
  return {
    fetch: `curl --fail --location --continue-at - --output ${quoted(fileName)} ${quoted(url)}`,
    unpack: `tar xzf ${quoted(fileName)}`,
    load: `mongorestore --uri "$MONGODB_URI" ${quoted(`${fileName.replace(/\.tar\.gz$/, '')}/`)}`,
  };
}

/** `3:59:07`: what is left of a link; `null` when it is over. */
export function countdownText(expiresAt: string, now: Date): string | null {
  const left = Math.floor((Date.parse(expiresAt) - now.getTime()) / 1000);
  if (!(left > 0)) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
}
