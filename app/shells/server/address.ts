import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { LikenessError } from '../../../contract/errors.ts';
import { readRegularFileSync } from '../../../foundation/files/read-file.ts';

export interface AddressOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Other machines may connect. */
  readonly allowRemote: boolean;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Where the server listens and by which names it may be addressed there. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Lower case, IPv6 in brackets. */
  readonly names: ReadonlySet<string>;
}

/**
 * This machine only, unless both a wish for more and a certificate are there.
 *
 * @throws LikenessError `address_refused`, or that of a file that cannot be read.
 */
export function decideAddress(options: AddressOptions): Address {
  const { host, port, allowRemote, certFile, keyFile } = options;
  const tls =
    certFile === undefined || keyFile === undefined
      ? null
      : {
          cert: readRegularFileSync(certFile, 'certificate'),
          key: readRegularFileSync(keyFile, 'certificate'),
        };
  if (!isLoopback(host)) requireConsent(host, allowRemote, tls !== null);
  const own = isLoopback(host) ? loopbackNames : [];
  const certified = tls === null ? [] : certifiedNames(tls.cert);
  return { host, port, tls, names: new Set([...own, nameOf(host), ...certified]) };
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/u.test(host);

/** As it stands in a Host header. */
export const nameOf = (host: string): string =>
  isIP(host) === 6 ? `[${host.toLowerCase()}]` : host.toLowerCase();

function requireConsent(host: string, allowRemote: boolean, certified: boolean): void {
  if (allowRemote && certified) return;
  throw new LikenessError(
    'address_refused',
    `Listening on ${host} would let other machines in. If that is wanted, give --allow-remote ` +
      'and a certificate: --tls-cert <file> --tls-key <file>.',
    { details: { host, allowRemote, certificate: certified } },
  );
}

/** The names that the certificate vouches for are those that a browser may use. */
function certifiedNames(cert: Buffer): string[] {
  const { subjectAltName = '' } = parseCertificate(cert);
  return subjectAltName
    .split(/,\s*/u)
    .map((entry) => /^(?:DNS|IP Address):(.+)$/u.exec(entry)?.[1])
    .filter((name) => name !== undefined)
    .map(nameOf);
}

function parseCertificate(cert: Buffer): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    throw new LikenessError('address_refused', 'The file of --tls-cert holds no certificate.', {
      cause,
    });
  }
}
