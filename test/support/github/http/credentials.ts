import { createVerify } from 'node:crypto';
import type { World } from '../world.js';
import type { Caller } from './call.js';
import { badCredentials, Refusal } from './reply.js';

/** Who is calling, by the Authorization header. Throws a 401 for anything that is not known. */
export function authenticate(world: World, authorization: string | undefined): Caller {
  if (!authorization) return { kind: 'anonymous' };
  const [scheme = '', value = ''] = authorization.split(/ +/);
  if (scheme.toLowerCase() === 'basic') return byToken(world, basicPassword(value));
  if (!/^(bearer|token)$/i.test(scheme)) throw badCredentials();
  return value.split('.').length === 3 ? byJwt(world, value) : byToken(world, value);
}

function basicPassword(value: string): string {
  const [user = '', ...password] = Buffer.from(value, 'base64').toString().split(':');
  return password.join(':') || user;
}

function byToken(world: World, token: string): Caller {
  const account = world.userTokens.get(token);
  if (account) return { kind: 'user', account };
  const known = world.installationTokens.get(token);
  if (!known || known.expiresAt <= Date.now()) throw badCredentials();
  if (!world.installations.has(known.installation.id)) throw badCredentials();
  if (known.installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended');
  return { kind: 'installation', token: known, installation: known.installation };
}

const longest = 10 * 60;
/** Clocks differ; GitHub asks for an `iat` a minute in the past and allows about as much. */
const drift = 60;

function byJwt(world: World, jwt: string): Caller {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const header = decode(head);
  const claims = decode(body);
  const verified =
    header.alg === 'RS256' &&
    createVerify('RSA-SHA256').update(`${head}.${body}`).verify(world.app.publicKey, signature, 'base64url');
  if (!verified) throw new Refusal(401, 'A JSON web token could not be decoded');
  const now = Date.now() / 1000;
  const { iat, exp, iss } = claims;
  if (![world.app.id, world.app.clientId].map(String).includes(String(iss))) {
    throw new Refusal(404, 'Integration not found');
  }
  if (typeof iat !== 'number' || iat > now + drift) {
    const rule = 'must be an Integer representing the time that the assertion was issued';
    throw new Refusal(401, `'Issued at' claim ('iat') ${rule}`);
  }
  if (typeof exp !== 'number' || exp <= now) {
    const rule = 'must be a numeric value representing the future time at which the assertion expires';
    throw new Refusal(401, `'Expiration time' claim ('exp') ${rule}`);
  }
  if (exp > now + longest + drift) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  return { kind: 'app' };
}

function decode(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  } catch {
    // Falls through to the refusal: what cannot be read was not signed by anybody.
  }
  throw new Refusal(401, 'A JSON web token could not be decoded');
}
