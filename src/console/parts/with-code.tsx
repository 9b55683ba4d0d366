import { Code } from '@mantine/core';
import { Fragment } from 'react';
import { codeParts } from '../format.ts';

/** A text of the server: what stands between backticks is something to type. */
export function WithCode({ text }: { text: string }) {
  return codeParts(text).map(({ text: part, isCode }, place) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are
    isCode ? <Code key={place}>{part}</Code> : <Fragment key={place}>{part}</Fragment>,
  );
}
