import { bytesText, countText } from '../format.ts';

/** An amount of data; the pointer shows it to the byte. */
export function Bytes({ value, otherwise = '–' }: { value: number | undefined; otherwise?: string }) {
  if (value === undefined) return <span>{otherwise}</span>;
  return (
    <span title={`${countText(value)} bytes`} style={{ whiteSpace: 'nowrap' }}>
      {bytesText(value)}
    </span>
  );
}
