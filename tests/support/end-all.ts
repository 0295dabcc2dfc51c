/** Ends what a test has started, the last first. What cannot be ended keeps nothing else running, and is told when all else has ended. */
export async function endAll(ends: (() => unknown)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `not ended well: ${faults.map(String).join('; ')}`);
}
