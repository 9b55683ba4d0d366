import { useEffect, useReducer } from 'react';
import { relativeText, timeText, utcText } from '../format.ts';
import classes from './moment.module.css';

interface Props {
  at: string | undefined;
  /** `3 min ago` instead of the time itself. */
  relative?: boolean;
  seconds?: boolean;
  /** What stands there where there is no time. */
  otherwise?: string;
}

/** A time in the reader's zone; the pointer shows it in UTC. */
export function Moment({ at, relative = false, seconds = false, otherwise = '–' }: Props) {
  const now = useNow(relative);
  if (!at) return <span className={classes.none}>{otherwise}</span>;
  const date = new Date(at);
  const local = timeText(date, { seconds });
  return (
    <time dateTime={at} title={relative ? `${local} (${utcText(date)})` : utcText(date)} className={classes.moment}>
      {relative ? relativeText(date, now) : local}
    </time>
  );
}

/** Now, at every drawing: what has just happened is not in the future. Drawn anew every twenty seconds for as long as somebody shows how long ago something was. */
export function useNow(moving = true): Date {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(tick, 20_000);
    return () => clearInterval(timer);
  }, [moving]);
  return new Date();
}
