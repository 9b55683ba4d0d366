import type { ClusterOverview } from '../../api/schemas.ts';
import { bytesText } from '../../format.ts';

const [WIDTH, HEIGHT] = [132, 30];

/** The last snapshots of a cluster: the line is what they hold, the bars what each of them added to the vault. */
export function Sparkline({ sizes }: { sizes: ClusterOverview['sizes'] }) {
  if (sizes.length < 2) return null;
  const largest = Math.max(...sizes.map(({ logicalBytes }) => logicalBytes), 1);
  const step = WIDTH / sizes.length;
  const x = (place: number) => (place + 0.5) * step;
  const y = (bytes: number) => HEIGHT - 2 - (bytes / largest) * (HEIGHT - 4);
  const line = sizes
    .map(({ logicalBytes }, place) => `${place === 0 ? 'M' : 'L'}${x(place).toFixed(1)} ${y(logicalBytes).toFixed(1)}`)
    .join('');
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  const said = `From ${bytesText(first.logicalBytes)} to ${bytesText(last.logicalBytes)} over ${sizes.length} snapshots; the last added ${bytesText(last.newBytes)}`;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
      <title>{said}</title>
      {sizes.map(({ at, newBytes }, place) => (
        <rect
          key={at}
          x={x(place) - Math.max(1, step * 0.3)}
          width={Math.max(2, step * 0.6)}
          y={y(newBytes)}
          height={HEIGHT - y(newBytes)}
          fill="var(--mantine-color-forest-4)"
          opacity={0.55}
        />
      ))}
      <path d={line} fill="none" stroke="var(--mantine-color-anchor)" strokeWidth={1.5} />
    </svg>
  );
}
