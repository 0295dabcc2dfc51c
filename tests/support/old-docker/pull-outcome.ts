/** One pull against a script, in one word: what became of it. */
import { createOldDocker, type OldDockerOptions, type PullOutcome } from './old-docker';
import { PullFailed } from './pull-failed';
import { startScriptedRegistry, type ReceivedRequest, type Script } from './scripted-registry';

export interface Trial extends Omit<OldDockerOptions, 'registry'> {
  name: string;
  /** All tags when missing. */
  tag?: string;
}

export interface TrialResult {
  /** `stops`: docker gave up without v1; `fails`: it tried v1 in vain. */
  word: 'v2' | 'v1' | 'nothing' | 'stops' | 'panics' | 'fails';
  /** docker's words when the pull failed. */
  message: string;
  images: PullOutcome['images'];
  received: ReceivedRequest[];
  /** `GET /v2/ 200`, with the registry's own host left out. */
  requests: string[];
}

export async function tryPull(script: Script, { name, tag, ...options }: Trial): Promise<TrialResult> {
  const registry = await startScriptedRegistry(script);
  const docker = createOldDocker({ ...options, registry: registry.url });
  const { received } = registry;
  let result: TrialResult;
  try {
    const outcome = await (tag === undefined ? docker.pullAll(name) : docker.pull(name, tag));
    const word = outcome.images.length === 0 ? 'nothing' : outcome.protocol;
    result = { word, message: '', images: outcome.images, received, requests: print(outcome) };
  } catch (error) {
    if (!(error instanceof PullFailed)) throw error;
    const { message, requests } = error;
    const triedV1 = requests.some(({ path }) => path.startsWith('/v1/'));
    const word = message.startsWith('panic') ? 'panics' : triedV1 ? 'fails' : 'stops';
    result = { word, message, images: [], received, requests: print(error) };
  }
  await registry.close();
  return result;
}

const print = ({ requests }: Pick<PullOutcome, 'requests'>): string[] =>
  requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
