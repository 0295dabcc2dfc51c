/** What the log says of Redis: of refusals that real servers make, and of errors as ioredis and the network word them. */
import { describeRedisFault } from '../../../app/store/redis/describe-fault';
import { startRedis } from '../../support/redis';
import { awaitConnection, connectTo, endLater, faultOf } from './clients';

const fault = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

describe('describeRedisFault', () => {
  it('has a sentence for what a server refuses', async () => {
    const redis = await startRedis({ args: ['--maxmemory', '2mb', '--enable-debug-command', 'yes'] });
    endLater(() => redis.stop());
    const { client } = connectTo(redis.url);
    await awaitConnection(client);
    await client.set('a', '1');
    expect(await faultOf(client.hget('a', 'b'))).toContain('another type than davit gives it');
    expect(await faultOf(client.set('b', Buffer.alloc(1 << 20)).then(() => client.set('c', '1')))).toContain(
      'Redis is full',
    );
    await redis.run('CONFIG', 'SET', 'maxmemory', '0');
    await redis.run('CONFIG', 'SET', 'min-replicas-to-write', '1');
    expect(await faultOf(client.set('a', '1'))).toContain('too few replicas follow it');
    await redis.run('CONFIG', 'SET', 'min-replicas-to-write', '0');
    await redis.run('ACL', 'SETUSER', 'default', '-get');
    expect(await faultOf(client.get('a'))).toContain('its ACL rules lack');
    expect(await faultOf(client.call('FROBNICATE', 'hush'))).toBe('Redis refuses: ERR unknown command');
    await redis.run('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await redis.run('REPLICAOF', '127.0.0.1', '1');
    expect(await faultOf(client.exists('a'))).toBe('this Redis is a replica that has lost its master');
  });

  it.each([
    [fault('MISCONF Redis is configured to save RDB snapshots, but …'), 'cannot save to its disk'],
    [fault('LOADING Redis is loading the dataset in memory'), 'still loading'],
    [fault('CLUSTERDOWN The cluster is down'), 'the Redis cluster is down'],
    [fault('ASK 8826 127.0.0.1:7000'), 'is moving the slot'],
    [fault('MOVED 8826 127.0.0.1:7000'), 'is moving the slot'],
    [fault('All keys in the pipeline should belong to the same slots allocation group'), 'is moving the slot'],
    [fault('Ready check failed: NOAUTH Authentication required.'), 'asks for a password'],
    [fault('ERR max number of clients reached'), 'too many clients'],
    [fault('ERR DB index is out of range'), 'does not have the database'],
    [fault('Command timed out'), 'does not answer in time'],
    [fault('no answer within 500 ms'), 'does not answer in time'],
    [fault('connect ETIMEDOUT', { code: 'ETIMEDOUT' }), 'the connection timed out'],
    [fault('getaddrinfo ENOTFOUND redis', { code: 'ENOTFOUND' }), 'the name of the Redis host is unknown'],
    // What node:net throws when every address of a name refuses.
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'nothing listens there'],
    [
      fault('connect ECONNREFUSED 10.0.0.1:6379', { code: 'ECONNREFUSED', address: '10.0.0.1', port: 6379 }),
      'nothing listens there (10.0.0.1:6379)',
    ],
    [fault('certificate has expired', { code: 'CERT_HAS_EXPIRED' }), 'its certificate has expired'],
    [fault('…', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'its certificate is for another host'],
    [
      fault('Failed to refresh slots cache.', { lastNodeError: fault('NOAUTH Authentication required.') }),
      'no node of the Redis cluster can be reached: Redis asks for a password',
    ],
    ['not an error', 'Redis failed in an unknown way'],
  ])('of %s', (error, sentence) => {
    expect(describeRedisFault(error)).toContain(sentence);
  });

  it('repeats no password', () => {
    const errors = [
      fault("ERR unknown command 'AUTH', with args beginning with: 'hush' "),
      fault('ERR unknown command `auth`, with args beginning with: `hush`'),
      fault('ERR something about hush', { command: { name: 'auth', args: ['hush'] } }),
      fault('WRONGPASS hush'),
    ];
    expect(errors.map(describeRedisFault).filter((sentence) => sentence.includes('hush'))).toEqual([]);
  });

  it('is one line, however long the refusal', () => {
    const sentence = describeRedisFault(fault(`ERR a\r\n${'b'.repeat(1000)}`));
    expect(sentence).toMatch(/^Redis refuses: ERR a b{50,120}$/);
  });
});
