/** All scenarios of the benchmark, in the order in which they run. docs/performance.md names the same ones. */
import { calmScenarios } from './calm';
import { loadingScenarios } from './loading';
import { memoryScenarios } from './memory';
import { redirectScenarios } from './redirects';
import { redisScenarios } from './redis';
import type { Scenario } from './scenario';
import { variantScenarios } from './variants';

export const scenarios: Scenario[] = [
  ...redirectScenarios,
  ...variantScenarios,
  ...redisScenarios,
  ...loadingScenarios,
  ...memoryScenarios,
  ...calmScenarios,
];
