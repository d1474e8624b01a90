/** What `act` gives for each item, in their order, for a few of them at a time. Rejects with the first error; what goes on ends by itself. */
export async function mapAtOnce<T, U>(items: readonly T[], atOnce: number, act: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  const next = items.entries();
  const work = async () => {
    for (const [index, item] of next) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
