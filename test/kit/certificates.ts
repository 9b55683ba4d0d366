import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate and its private key, as PEM. */
export interface Certified {
  certificate: string;
  key: string;
}

/** An authority of the test's own; nobody else trusts it. */
export interface Authority {
  certificate: string;
  /** A certificate for a server of these DNS names, or for a client. Good now unless `validTo` says otherwise. */
  issue(o: { commonName: string; dnsNames?: string[]; validTo?: Date }): Certified;
}

const YEAR = 365 * 24 * 60 * 60 * 1000;
const OIDS = {
  commonName: '0603550403',
  ecdsaWithSha256: '06082a8648ce3d040302',
  basicConstraints: '0603551d13',
  alternativeNames: '0603551d11',
};

/** X.509 written by hand (RFC 5280, in DER): Node reads certificates and makes none. */
export function makeAuthority(commonName: string): Authority {
  const issuer = keyPair();
  const self = name(commonName);
  const isAuthority = extension(OIDS.basicConstraints, der(0x30, der(0x01, Buffer.from([0xff]))));
  return {
    certificate: certificate({
      issuer: self,
      subject: self,
      publicKey: issuer.publicKey,
      signer: issuer.privateKey,
      extensions: [isAuthority],
    }),
    issue: ({ commonName, dnsNames = [], validTo }) => {
      const own = keyPair();
      const names = dnsNames.map((dns) => der(0x82, Buffer.from(dns)));
      const extensions = names.length > 0 ? [extension(OIDS.alternativeNames, der(0x30, ...names))] : [];
      const parts = { issuer: self, subject: name(commonName), publicKey: own.publicKey, signer: issuer.privateKey, extensions };
      return {
        certificate: certificate({ ...parts, ...(validTo && { validTo }) }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

function keyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

interface Parts {
  issuer: Buffer;
  subject: Buffer;
  publicKey: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
  validTo?: Date;
}

let lastSerial = 0;

function certificate({ issuer, subject, publicKey, signer, extensions, validTo = new Date(Date.now() + YEAR) }: Parts): string {
  lastSerial++;
  const algorithm = der(0x30, Buffer.from(OIDS.ecdsaWithSha256, 'hex'));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, lastSerial])),
    algorithm,
    issuer,
    der(0x30, time(new Date(validTo.getTime() - 2 * YEAR)), time(validTo)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [der(0xa3, der(0x30, ...extensions))] : []),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, signer));
  const lines = der(0x30, body, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function name(commonName: string): Buffer {
  return der(0x30, der(0x31, der(0x30, Buffer.from(OIDS.commonName, 'hex'), der(0x0c, Buffer.from(commonName)))));
}

function extension(oid: string, value: Buffer): Buffer {
  return der(0x30, Buffer.from(oid, 'hex'), der(0x04, value));
}

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
}

/** A value of DER: its tag, its length, its parts. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
