import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type Heard, type StreamState } from '../../src/console/connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A browser whose streams the test opens and breaks. */
function start({ hidden = false } = {}) {
  const sources: (Heard & { isOpen: boolean })[] = [];
  const states: StreamState[] = [];
  const page = { hidden };
  const missed = vi.fn();
  const connection = new Connection(
    {
      isHidden: () => page.hidden,
      listen: (heard) => {
        const source = { ...heard, isOpen: true };
        sources.push(source);
        return () => {
          source.isOpen = false;
        };
      },
    },
    { is: (state) => states.push(state), changed: () => {}, missed, lostAgain: () => {} },
  );
  const open = () => sources.filter(({ isOpen }) => isOpen);
  const show = (isHidden: boolean) => {
    page.hidden = isHidden;
    connection.look();
  };
  return { connection, sources, states, missed, open, show };
}

describe('the connection to the stream', () => {
  it('reads everything anew after a gap, not when it is first open', () => {
    const { sources, states, missed, open } = start();
    sources[0]!.opened();
    expect(missed).not.toHaveBeenCalled();
    sources[0]!.lost();
    vi.advanceTimersByTime(10_000);
    expect(open()).toEqual([sources[1]]);
    sources[1]!.opened();
    expect(missed).toHaveBeenCalledOnce();
    expect(states).toEqual(['connecting', 'live', 'live']);
  });

  it('is a gap where a live one is opened again, because the network is back', () => {
    const { connection, sources, missed, open } = start();
    sources[0]!.opened();
    connection.look();
    expect(open()).toEqual([sources[1]]);
    sources[1]!.opened();
    expect(missed).toHaveBeenCalledOnce();
  });

  it('is none while nobody sees the tab, and everything is read anew once somebody does', () => {
    const { sources, states, missed, open, show } = start();
    sources[0]!.opened();
    show(true);
    expect(open()).toEqual([]);
    vi.advanceTimersByTime(600_000);
    expect(sources).toHaveLength(1);
    show(false);
    sources[1]!.opened();
    expect(missed).toHaveBeenCalledOnce();
    expect(states.at(-1)).toBe('live');
  });

  it('is not tried again in a hidden tab, nor opened by one that begins hidden', () => {
    const one = start();
    one.sources[0]!.lost();
    one.show(true);
    vi.advanceTimersByTime(600_000);
    expect(one.sources).toHaveLength(1);
    const other = start({ hidden: true });
    expect(other.sources).toHaveLength(0);
    other.show(false);
    expect(other.open()).toHaveLength(1);
  });

  it('is given up when it falls silent, and not while there are signs of life', () => {
    const { sources, missed, open } = start();
    sources[0]!.opened();
    for (let minute = 0; minute < 10; minute += 1) {
      vi.advanceTimersByTime(30_000);
      sources[0]!.beat();
      vi.advanceTimersByTime(30_000);
      sources[0]!.changed({ kind: 'cluster', id: '1', clusterName: 'shop' });
    }
    expect(open()).toEqual([sources[0]]);
    vi.advanceTimersByTime(39_000);
    expect(open()).toEqual([sources[0]]);
    vi.advanceTimersByTime(3000);
    expect(open()).toEqual([sources[1]]);
    sources[1]!.opened();
    expect(missed).toHaveBeenCalledOnce();
  });

  it('is tried again where nothing ever answers, and waits for nobody once it is closed', () => {
    const { connection, sources, open } = start();
    vi.advanceTimersByTime(42_000);
    expect(open()).toEqual([sources[1]]);
    connection.close();
    vi.advanceTimersByTime(600_000);
    expect(sources).toHaveLength(2);
  });

  it('says that it is away with the second failure in a row', () => {
    const { sources, states } = start();
    sources[0]!.lost();
    vi.advanceTimersByTime(10_000);
    expect(states).toEqual(['connecting']);
    sources[1]!.lost();
    expect(states).toEqual(['connecting', 'away']);
  });
});
