/** A connection to Redis, whether to one server, to those that Sentinel names, or to a cluster. */
import type { Cluster, Redis } from 'ioredis';

export type RedisClient = Redis | Cluster;
