import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { connectionFailure } from '../../src/engine/connection-failure.ts';
import { DeploymentUnavailable } from '../../src/engine/errors.ts';

const { options } = new MongoClient('mongodb://127.0.0.1:1/');
const ofSystem = (code: string, syscall: string) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

describe('connectionFailure', () => {
  it('says what DNS says of a name, which the driver throws as it is', () => {
    const failure = connectionFailure(ofSystem('ENOTFOUND', 'querySrv'), 'db.example', options);
    expect(failure).toBeInstanceOf(DeploymentUnavailable);
    expect(failure).toMatchObject({ address: 'db.example', message: 'querySrv ENOTFOUND' });
  });

  it.each(['ENOENT', 'EACCES', 'EISDIR'])('takes %s for what it is: a file that cannot be read', (code) => {
    expect(connectionFailure(ofSystem(code, 'read'), 'db.example', options)).toMatchObject({ code: 'bad-connection-string' });
  });

  it('leaves a defect what it is', () => {
    const defect = new TypeError('undefined is not a function');
    expect(connectionFailure(defect, 'db.example', options)).toBe(defect);
  });
});
