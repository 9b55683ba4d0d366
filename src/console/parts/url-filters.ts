import { useSearchParams } from 'react-router';

/** Back to the beginning of the list: what is looked for has become something else. */
export function useFirstPage(): () => void {
  const [, setSearch] = useSearchParams();
  return () =>
    setSearch(
      (before) => {
        before.delete('page');
        return before;
      },
      { replace: true },
    );
}

/** Filters of a list are in the URL: they outlive a reload, and can be sent to somebody. Another filter begins at the first page. */
export function useUrlFilters<N extends string>(names: readonly N[]) {
  const [search, setSearch] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<N, string>;
  const change = (changes: Partial<Record<N, string>>) =>
    setSearch(
      (before) => {
        for (const [name, value] of Object.entries<string | undefined>(changes)) {
          if (value) before.set(name, value);
          else before.delete(name);
        }
        before.delete('page');
        return before;
      },
      { replace: true },
    );
  const clear = () => change(Object.fromEntries(names.map((name) => [name, ''])) as Partial<Record<N, string>>);
  return { values, change, clear, isAny: names.some((name) => values[name] !== '') };
}
