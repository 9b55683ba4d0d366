import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../errors.ts';
import { Lane } from '../lane.ts';

export const LEAST_CHARACTERS = 12;
export const MOST_CHARACTERS = 256;

/** What a hash costs; it is written beside each, so that it can grow and the old ones still be checked. */
interface Cost {
  /** Of N, the power of two. */
  log2N: number;
  r: number;
  p: number;
}

/** As OWASP advises: 128 MiB and some third of a second for each. */
const COST: Cost = { log2N: 17, r: 8, p: 1 };
/** So that many who sign in at once cannot take the memory, nor the thread pool, from everything else. */
const AT_ONCE = 2;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const scryptOf = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** The commonest of at least {@link LEAST_CHARACTERS} characters; shorter ones are refused anyhow. */
const COMMONEST = new Set([
  ...['123456789012', '1234567890123', '12345678901234', '123456789012345', '1234567890123456', '0123456789012', '987654321012'],
  ...['123123123123', '121212121212', '112233445566', '123456123456', '1qaz2wsx3edc', '1q2w3e4r5t6y', 'qwerty123456', 'qwertyuiop12'],
  ...[
    'qwertyuiop123',
    'qwertyuiopasdf',
    'qwertyqwerty',
    'qwertyuiopasdfghjkl',
    'asdfghjkl123',
    "asdfghjkl;'\\",
    'zaq12wsxcde3',
    'password1234',
  ],
  ...[
    'password12345',
    'password123456',
    'password1234!',
    'passwordpassword',
    'passw0rd1234',
    'p@ssw0rd1234',
    'p@ssword1234',
    'administrator',
  ],
  ...[
    'administrator1',
    'adminadminadmin',
    'admin1234567',
    'letmeinletmein',
    'iloveyou1234',
    'changemeplease',
    'changeme1234',
    'welcome12345',
  ],
  ...['abcdefghijkl', 'abcdefghijklm', 'abcdefghijklmnop', 'abcd12345678', 'abc123456789', 'a1b2c3d4e5f6', 'aa1234567890', 'q1w2e3r4t5y6'],
  ...['correcthorsebatterystaple', 'correct horse battery staple', 'trustno1trustno1', 'lifeboatlifeboat', 'lifeboat1234', 'mongodb12345'],
]);

/** One text for what looks alike however a keyboard made it. */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

/** Throws `password-unusable`, which never says the password. */
export function checkPassword(password: string, username: string): void {
  const text = normalised(password);
  const { length } = [...text];
  const refuse = (why: string) => new Problem('password-unusable', [why]);
  if (length < LEAST_CHARACTERS) throw refuse(`it must have at least ${LEAST_CHARACTERS} characters`);
  if (length > MOST_CHARACTERS) throw refuse(`it must have at most ${MOST_CHARACTERS} characters`);
  const small = text.toLowerCase();
  if (small === normalised(username).toLowerCase()) throw refuse('it must not be the name of the user');
  if (COMMONEST.has(small) || new Set(small).size < 4) throw refuse('it is among the first that anybody would try');
}

/** Makes and checks the hashes of passwords, in the thread pool: `scrypt$log2N$r$p$salt$hash`, the last two in base64. */
export class Passwords {
  readonly #cost: Cost;
  readonly #nobody: string;
  readonly #lane = new Lane(AT_ONCE);

  constructor(cost: Cost = COST) {
    this.#cost = cost;
    this.#nobody = textOf(cost, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return textOf(this.#cost, salt, await this.#lane.run(() => derive(password, salt, this.#cost)));
  }

  /** Whether the password made the hash. `null`, for somebody who is not there: no, after as much work. */
  async isRight(password: string, stored: string | null): Promise<boolean> {
    const [, log2N, r, p, salt = '', hash = ''] = (stored ?? this.#nobody).split('$');
    const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
    const made = await this.#lane.run(() => derive(password, Buffer.from(salt, 'base64'), cost));
    const isSame = timingSafeEqual(made, Buffer.from(hash, 'base64'));
    return isSame && stored !== null;
  }
}

function textOf({ log2N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', log2N, r, p, salt.toString('base64'), hash.toString('base64')].join('$');
}

function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** log2N;
  return scryptOf(normalised(password), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r });
}
