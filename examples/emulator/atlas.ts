/** What the scripts here need of Atlas. In production it is made of Atlas' own base URL and key. */
export interface Atlas {
  projectId: string;
  /** A call of Atlas' Administration API, version 2024-11-13, below the project. Throws what has a `status` where it is no success. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered depends on what is asked
  call(method: string, path: string, body?: object): Promise<any>;
}
