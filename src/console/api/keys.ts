/**
 * The keys of what is read, from the general to the particular: who invalidates `project(id)` invalidates all of it, and the stream of changes finds every list of a
 * cluster by the beginning of its key. A page makes its own by adding to one of these: `[...keys.cluster(id, name), 'snapshots', page]`.
 */
export const keys = {
  session: ['session'] as const,
  setup: ['setup'] as const,
  emulator: ['emulator'] as const,
  project: (projectId: string) => ['project', projectId] as const,
  overview: (projectId: string) => ['project', projectId, 'overview'] as const,
  /** Lists of jobs across clusters. */
  jobs: (projectId: string) => ['project', projectId, 'jobs'] as const,
  events: (projectId: string) => ['project', projectId, 'events'] as const,
  audit: (projectId: string) => ['project', projectId, 'audit'] as const,
  /** Who may do what: keys, service accounts, users, access lists. */
  access: (projectId: string) => ['project', projectId, 'access'] as const,
  /** A cluster, and below it its snapshots, restores, drills and schedule. */
  cluster: (projectId: string, name: string) => ['project', projectId, 'cluster', name] as const,
};
