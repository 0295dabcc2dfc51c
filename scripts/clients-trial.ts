/**
 * Puts one client to the test: pulls by tag and by digest, asks for a tag that is not there, and runs the image. Where users
 * can log in, it pulls what is public without a password and what is private with one, and not without.
 *
 * Pulling and asking are the registry's matter: when they fail, the client has failed. Running is the machine's: when
 * a container cannot be started here, or a daemon cannot, that is told as "not possible here" and does not count.
 */
import { readFile } from 'node:fs/promises';
import { createClients, runCommand, type ClientResult } from '../tests/support/clients';
import { isInstalled, type InstallableClient, type Login, type OpenClient } from './clients-installed';

export interface Trial {
  /** Columns of the table. */
  client: string;
  version: string;
  byTag: string;
  byDigest: string;
  missingTag: string;
  run: string;
  /** A repository that needs a password, beside one that does not. */
  guarded: string;
  /** What the client, or its daemon, said where a column says FAILED or "not possible here". */
  reasons: string[];
  hasFailed: boolean;
}

export interface Content {
  /** HOST:PORT/NAME */
  repository: string;
  tag: string;
  digest: string;
  /** Part of what the image prints. */
  greeting: string;
  /** References on a registry where users can log in. */
  guarded: { open: string; closed: string; login: Login };
}

/** What a user must be able to read of a missing tag; ctr has words of its own. */
const unknownTag = /manifest unknown|not found/;

const failed = 'FAILED';
const notPossible = 'not possible here';

const nothing: Omit<Trial, 'client' | 'version'> = {
  ...{ byTag: '', byDigest: '', missingTag: '', run: '', guarded: '' },
  ...{ reasons: [], hasFailed: false },
};

export async function tryClient(client: InstallableClient, content: Content): Promise<Trial> {
  const missing = client.programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    const reasons = [`${missing.join(', ')} missing; Debian's packages: ${client.packages}`];
    return { ...nothing, client: client.name, version: 'not installed', reasons };
  }
  const clients = await createClients();
  const [program, ...args] = client.version;
  const { stdout } = await runCommand(program, args, clients.env);
  const named = {
    ...nothing,
    client: client.name,
    version: /\d+(\.\d+)+\S*/.exec(stdout)?.[0].replace(/,$/, '') ?? '?',
  };
  try {
    const open = await client.open(clients);
    try {
      return { ...named, ...(await tryOpenClient(open, content)) };
    } finally {
      await open.close();
    }
  } catch (cause) {
    return { ...named, run: notPossible, reasons: [String(cause)] };
  } finally {
    await unmountBelow(clients.folder);
    await clients.remove();
  }
}

async function tryOpenClient(
  client: OpenClient,
  { repository, tag, digest, greeting, guarded: { open, closed, login } }: Content,
): Promise<Omit<Trial, 'client' | 'version'>> {
  const reasons: string[] = [];
  const judge = (isGood: boolean, good: string, reason: string): string => {
    if (!isGood) reasons.push(reason);
    return isGood ? good : failed;
  };
  const pull = async (reference: string, as?: Login): Promise<string> => {
    const result = await client.pull(reference, as);
    return judge(result.exitCode === 0, 'pulled', explain(result));
  };
  const byTag = await pull(`${repository}:${tag}`);
  const byDigest = await pull(`${repository}@${digest}`);
  const missing = await client.pull(`${repository}:no-such-tag`);
  const isTold = missing.exitCode !== 0 && unknownTag.test(explain(missing));
  const missingTag = judge(isTold, explain(missing).replaceAll(repository, '…'), explain(missing));

  const isOpen = (await pull(open)) !== failed;
  const refused = await client.pull(closed);
  const isRefused = refused.exitCode !== 0 && /unauthorized|denied/i.test(explain(refused));
  judge(isRefused, '', `without a password: ${explain(refused)}`);
  const isPulled = (await pull(closed, login)) !== failed;
  const guarded = isOpen && isRefused && isPulled ? 'as it should' : failed;

  let run = 'cannot run';
  if (client.run && byTag !== failed) {
    const ran = await client.run(`${repository}:${tag}`);
    run = ran.exitCode === 0 ? judge(ran.stdout.includes(greeting), 'ran', `printed ${ran.stdout}`) : notPossible;
    if (run === notPossible) reasons.push(explain(ran));
  }
  const hasFailed = [byTag, byDigest, missingTag, run, guarded].includes(failed);
  return { byTag, byDigest, missingTag, run, guarded, reasons, hasFailed };
}

/** The line that a user reads as the reason: clients put it last. */
const explain = ({ stdout, stderr, exitCode }: ClientResult): string =>
  lastLine(stderr) || lastLine(stdout) || `exit code ${exitCode ?? 'none'}`;

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return /level=\w+ msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line;
}

/** A daemon that ended in disorder may leave mounts, and then its folder cannot be removed. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const point of mounts.filter((mount) => mount.startsWith(`${folder}/`)).reverse()) {
    await runCommand('umount', ['--lazy', point]);
  }
}
