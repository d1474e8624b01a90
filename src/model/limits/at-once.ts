/**
 * What `act` gives for each item, in their order, for a few of them at a time. After an error nothing more is begun; it rejects with
 * the first one, once nothing goes on any more.
 */
export async function mapAtOnce<T, U>(items: readonly T[], atOnce: number, act: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  const next = items.entries();
  const failures: unknown[] = [];
  const work = async () => {
    for (const [index, item] of next) {
      if (failures.length > 0) return;
      try {
        results[index] = await act(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
