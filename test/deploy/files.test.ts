import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config.ts';
import { POSTGRES_MAJOR } from '../../src/db/postgres-binaries.ts';
import { environmentOf, readDockerfile, wordsOf } from '../kit/dockerfile.ts';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: { node: string } };
const settings = new Set<string>([...Object.values(SETTINGS).map(({ env }) => env), 'NODE_ENV']);
const PINNED = /^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/;

describe('the Dockerfile', () => {
  const instructions = readDockerfile();

  it('stands on bases of one version each, and on the Node that everything is tested with', () => {
    const bases = instructions.filter(({ word }) => word === 'FROM').map(({ rest }) => rest.split(' ')[0]!);
    expect(bases.filter((base) => !PINNED.test(base))).toEqual([]);
    expect(bases.filter((base) => base.startsWith('node:'))).toEqual(
      Array(2).fill(`node:${packageJson.devDependencies.node}-bookworm-slim`),
    );
  });

  it('copies what there is, what .dockerignore lets through, and what another stage has made', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const stages = new Set(instructions.map(({ stage }) => stage));
    for (const { word, rest } of instructions.filter(({ word }) => word === 'COPY' || word === 'ADD')) {
      const words = rest.split(/ +/);
      const from = /^--from=(\w+)$/.exec(words[0]!)?.[1];
      if (from) {
        expect(stages).toContain(from);
        // Of what the build stage copied itself it exists here; the rest it makes.
        const path = words[1]!.replace('/opt/lifeboat/', '');
        expect(['node_modules', 'dist', '/build/target/release/liblifeboat_native.so'].includes(path) || existsSync(path), path).toBe(true);
        continue;
      }
      expect(word).toBe('COPY');
      for (const path of words.slice(0, -1)) expect([path, existsSync(path), allowed.includes(path)]).toEqual([path, true, true]);
    }
    expect(allowed.every((path) => existsSync(path))).toBe(true);
  });

  it('copies every file that the build of the console and the start read', () => {
    const copied = instructions
      .filter(({ stage, word }) => stage === 'build' && word === 'COPY')
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    // The scripts that npm runs there: `prepare` after `npm ci`, and `console`.
    for (const name of ['run.mjs', 'console.ts', 'package.ts']) {
      const imports = [...readFileSync(`scripts/${name}`, 'utf8').matchAll(/from '\.{1,2}\/([\w./-]+)'/g)].map(([, path]) => path!);
      for (const path of imports)
        expect(existsSync(`scripts/${path}`) || copied.some((folder) => existsSync(join(folder, path)))).toBe(true);
    }
    const cargo = readFileSync('native/Cargo.toml', 'utf8');
    for (const line of ['name = "lifeboat-native"', 'crate-type = ["cdylib"]']) expect(cargo).toContain(line);
  });

  it('runs as a user that is not root, starts a program that is there, and sets what there is to set', () => {
    const user = instructions.filter(({ stage, word }) => stage === 'last' && word === 'USER').map(({ rest }) => rest);
    expect(user).toEqual(['node']);
    const [program, main] = wordsOf(instructions, 'ENTRYPOINT');
    expect([program, existsSync(main!.replace('/opt/lifeboat/', ''))]).toEqual(['node', true]);
    expect(Object.keys(environmentOf(instructions)).filter((name) => !settings.has(name))).toEqual([]);
    const health = instructions.find(({ word }) => word === 'HEALTHCHECK')!.rest;
    expect(health).toContain('/healthz');
    const healthWords = JSON.parse(health.slice(health.indexOf('['))) as string[];
    // It says no where nothing listens, and parses.
    expect(
      spawnSync(
        process.execPath,
        healthWords.slice(1).map((word) => word.replace(':8080', ':1')),
      ).status,
    ).toBe(1);
    // Everything that writes is before the user is another, and no layer takes a secret in.
    expect(readFileSync('Dockerfile', 'utf8')).not.toMatch(/LIFEBOAT_KEY|PRIVATE_KEY|PASSWORD/);
  });
});

it('the door to `lifeboat/emulator` leads to everything that the client has', async () => {
  const [door, client] = await Promise.all([import('lifeboat/emulator'), import('../../src/emulator/client.ts')]);
  expect(Object.keys(door).sort()).toEqual(Object.keys(client).sort());
});

describe('compose.yaml', () => {
  const text = readFileSync('compose.yaml', 'utf8');
  const body = text.slice(text.indexOf('\nservices:'), text.indexOf('\nvolumes:'));
  const services = Object.fromEntries(
    body
      .split(/^ {2}(?=\w+:$)/m)
      .slice(1)
      .map((block) => [block.slice(0, block.indexOf(':')), block]),
  );

  it('pins its images, and its PostgreSQL is the major version that the suite runs against', () => {
    const images = [...text.matchAll(/^ {4}image: (.*)$/gm)].map(([, image]) => image!).filter((image) => image !== 'lifeboat');
    expect(images).toHaveLength(2);
    expect(images.filter((image) => !PINNED.test(image))).toEqual([]);
    expect(images[0]).toMatch(new RegExp(`^postgres:${POSTGRES_MAJOR}\\.`));
  });

  it('gives Lifeboat a read-only root, no capability, and settings that there are; no secret stands in it', () => {
    const { lifeboat } = services;
    for (const line of ['read_only: true', 'cap_drop:\n      - ALL', 'no-new-privileges:true', 'init: true', '- /tmp', '- data:/data'])
      expect(lifeboat).toContain(line);
    const names = [...lifeboat!.matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name]) => name!);
    expect(names.filter((name) => !settings.has(name))).toEqual([]);
    const secrets = [...text.matchAll(/(?:PASSWORD|KEY): (.*)$/gm)].map(([, value]) => value!);
    expect(secrets.filter((value) => !value.startsWith('${'))).toEqual([]);
  });

  it('keeps every volume that it names, and each service waits for one that is there', () => {
    const kept = text
      .slice(text.indexOf('\nvolumes:'))
      .match(/^ {2}(\w+):$/gm)!
      .map((line) => line.trim().slice(0, -1));
    const mounted = [...body.matchAll(/^ {6}- (\w+):\//gm)].map(([, name]) => name!);
    expect(mounted.sort()).toEqual(kept.sort());
    const waits = [...body.matchAll(/depends_on:\n {6}(\w+):/g)].map(([, name]) => name!);
    expect(waits.filter((name) => !(name in services))).toEqual([]);
    // Indented by twos, no tabs: as YAML takes it.
    expect(text.split('\n').filter((line) => /\t/.test(line) || /^ */.exec(line)![0].length % 2 === 1)).toEqual([]);
  });
});

describe('the units of systemd', () => {
  const units = readdirSync('deploy').filter((name) => /\.(service|timer)$/.test(name));

  it('start programs that are there, as a user of its own, and set what there is to set', () => {
    expect(units.length).toBe(3);
    for (const name of units.filter((unit) => unit.endsWith('.service'))) {
      const text = readFileSync(join('deploy', name), 'utf8');
      const paths = [...text.matchAll(/\/opt\/lifeboat\/([\w./-]+)/g)].map(([, path]) => path!);
      expect(paths.filter((path) => !existsSync(path))).toEqual([]);
      expect(text).toMatch(/^User=lifeboat$/m);
      for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=', 'PrivateTmp=yes', 'UMask=0077'])
        expect(text).toContain(`\n${line}\n`);
      const names = [...text.matchAll(/^Environment=(.*)$/gm)].flatMap(([, pairs]) => pairs!.split(' ').map((pair) => pair.split('=')[0]!));
      expect(names.filter((one) => !settings.has(one))).toEqual([]);
    }
  });

  it('are what systemd takes, where it is installed, and expose little', () => {
    // Not on every machine: what is above holds on all of them.
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return expect(existsSync('/usr/bin/systemd-analyze')).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), 'lifeboat-units-'));
    try {
      for (const name of units)
        writeFileSync(join(folder, name), readFileSync(join('deploy', name), 'utf8').replaceAll('/opt/lifeboat', resolve('.')));
      const verified = spawnSync('systemd-analyze', ['verify', ...units.map((name) => join(folder, name))], { encoding: 'utf8' });
      expect(verified.stderr.split('\n').filter((line) => line.includes(folder) || /^lifeboat/.test(line))).toEqual([]);
      const security = execFileSync('systemd-analyze', ['security', '--offline=yes', '--threshold=20', join(folder, 'lifeboat.service')], {
        encoding: 'utf8',
      });
      expect(security).toMatch(/exposure level for lifeboat\.service: [01]\.\d OK/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
