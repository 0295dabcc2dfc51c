/** A replica that hears nothing more of its master, although both are well: it may no longer log in there. What it has, it keeps. */
import type { RedisServer } from '../support/redis';
import { until } from '../support/until';

export async function cutOff(replica: RedisServer): Promise<void> {
  await replica.run('CONFIG', 'SET', 'masteruser', 'nobody', 'masterauth', 'unknown');
  await replica.run('CLIENT', 'KILL', 'TYPE', 'master');
  const isAlone = async (): Promise<boolean> =>
    (await replica.run('INFO', 'replication')).includes('master_link_status:down');
  await until('the replica has no link to its master', isAlone);
}
