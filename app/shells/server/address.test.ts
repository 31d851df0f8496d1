import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeBackend } from '../wire/testing/fake-backend.ts';
import { decideAddress, isLoopback } from './address.ts';
import { testServer } from './testing/client.ts';

const local = { host: '127.0.0.1', port: 0, allowRemote: false };

describe('where the server listens', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(decideAddress({ ...local, host }).tls).toBeNull();
  });

  test.each(['0.0.0.0', '::', '192.168.1.7', 'kiosk.lan', '127.evil.example'])(
    '%s: other machines need a wish and a certificate',
    (host) => {
      const refusal = expect.objectContaining({ code: 'address_refused' }) as Error;
      expect(() => decideAddress({ ...local, host })).toThrow(refusal);
      expect(() => decideAddress({ ...local, host, allowRemote: true })).toThrow(refusal);
      const missing = { certFile: '/nowhere.pem', keyFile: '/nowhere.pem' };
      expect(() => decideAddress({ ...local, host, allowRemote: true, ...missing })).toThrow();
    },
  );

  test('a certificate says by which names the server may be called', ({ skip }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'likeness-tls-'));
    const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const names = 'subjectAltName=DNS:kiosk.lan,IP:192.168.1.7';
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/'];
    try {
      const files = ['-keyout', keyFile, '-out', certFile, '-addext', names];
      execFileSync('openssl', [...request, ...files], { stdio: 'ignore' });
    } catch {
      skip('openssl is not installed');
    }
    const remote = { ...local, host: '0.0.0.0', allowRemote: true, certFile, keyFile };
    expect([...decideAddress(remote).names]).toEqual(['0.0.0.0', 'kiosk.lan', '192.168.1.7']);
    expect(() => decideAddress({ ...remote, allowRemote: false })).toThrow();
  });
});

test('a port that is taken is refused by a code', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
  );
  const address = decideAddress({ ...local, port });
  await expect(testServer(fakeBackend(), { address })).rejects.toMatchObject({
    code: 'port_in_use',
  });
  other.close();
});
