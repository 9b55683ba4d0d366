import { useQuery } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { utcText } from '../format.ts';
import classes from './emulator-banner.module.css';

interface EmulatorClock {
  now: string;
  frozen: boolean;
}

/** A test moves it while somebody looks. */
const LOOK_EVERY = 2000;

/** On every page, in place of nothing: whoever sees it must not take it for the service that keeps backups. The page of an emulator says that it is one (src/api/console.ts). */
export function EmulatorBanner() {
  return document.querySelector('meta[name="lifeboat-emulator"]') ? <Banner /> : null;
}

function Banner() {
  const { data: clock } = useQuery({
    queryKey: keys.emulator,
    queryFn: ({ signal }) => request<EmulatorClock>('GET', '/api/lifeboat/v1/emulator', { signal }),
    refetchInterval: LOOK_EVERY,
    retry: false,
  });
  return (
    <aside className={classes.banner} aria-label="Emulator">
      <strong>Emulator: nothing here is kept.</strong>{' '}
      {clock && (
        <span>
          Its clock {clock.frozen ? 'stands at' : 'runs, at'}{' '}
          <time dateTime={clock.now} className={classes.time}>
            {utcText(new Date(clock.now))}
          </time>
        </span>
      )}
    </aside>
  );
}
