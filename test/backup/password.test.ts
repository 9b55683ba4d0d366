import { describe, expect, it } from 'vitest';
import { checkPassword, Passwords } from '../../src/backup/password.ts';
import { csrfTokenOf, isSessionToken, newSessionToken } from '../../src/backup/session.ts';
import { isProblem } from '../../src/errors.ts';

const GOOD = 'a rope, a ring & a whistle';
/** As the real one, in a thousandth of the time. */
const cheap = new Passwords({ log2N: 7, r: 8, p: 1 });

describe('a password', () => {
  it.each([GOOD, 'twelve chars', '\u{1f6df} buoys all over', 'x, z'.repeat(64), 'ünïcödé wörds'])('may be %j', (text) => {
    expect(() => checkPassword(text, 'anchor')).not.toThrow();
  });

  it.each([
    ['short', 'eleven char'],
    ['short once its letters are taken together', 'a\u0301'.repeat(11)],
    ['long', 'x y z'.repeat(52)],
    ['the name of the user', 'Some.Body@Example'],
    ['the name of the user in wide letters', 'ｓome.body@example'],
    ['common', 'Password1234'],
    ['of one letter', 'zzzzzzzzzzzzzzzz'],
    ['of two letters', 'xyxyxyxyxyxyxyxy'],
  ])('is refused when it is %s, without being told', (_what, text) => {
    try {
      checkPassword(text, 'some.body@example');
      expect.unreachable();
    } catch (error) {
      expect(isProblem(error, 'password-unusable')).toBe(true);
      expect(JSON.stringify(error) + String(error)).not.toContain(text);
    }
  });

  it('is known again by its hash, which is another one each time and says what it cost', async () => {
    const [one, other] = [await cheap.hash(GOOD), await cheap.hash(GOOD)];
    expect(one).toMatch(/^scrypt\$7\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(other).not.toBe(one);
    expect(await cheap.isRight(GOOD, one)).toBe(true);
    expect(await cheap.isRight(`${GOOD} `, one)).toBe(false);
    expect(await cheap.isRight(GOOD.toUpperCase(), one)).toBe(false);
  });

  it('is the same however its letters are composed', async () => {
    const hash = await cheap.hash('caf\u00e9 au lait, toujours');
    expect(await cheap.isRight('cafe\u0301 au lait, toujours', hash)).toBe(true);
  });

  it('costs as much for nobody as for somebody, and is never right', async () => {
    const real = new Passwords();
    const hash = await real.hash(GOOD);
    expect(hash).toMatch(/^scrypt\$17\$8\$1\$/);
    const timed = async (stored: string | null) => {
      const started = performance.now();
      expect(await real.isRight('wrong', stored)).toBe(false);
      return performance.now() - started;
    };
    const [somebody, nobody] = [await timed(hash), await timed(null)];
    expect(nobody).toBeGreaterThan(somebody / 5);
  });
});

describe('the tokens of a session', () => {
  it('are new each time, and a CSRF token belongs to one session alone', () => {
    const tokens = Array.from({ length: 100 }, newSessionToken);
    expect(new Set([...tokens, ...tokens.map(csrfTokenOf)]).size).toBe(200);
    expect(tokens.every(isSessionToken)).toBe(true);
    for (const text of ['', 'x', `${tokens[0]}x`, `${tokens[0]!.slice(1)}=`, `${tokens[0]}\n`]) expect(isSessionToken(text)).toBe(false);
  });
});
