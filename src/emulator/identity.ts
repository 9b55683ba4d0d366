/** What a test needs to know; printed as one line. */
export interface EmulatorIdentity {
  baseUrl: string;
  orgId: string;
  projectId: string;
  /** Their ids, by name. */
  projects: Record<string, string>;
  publicKey: string;
  privateKey: string;
  mongodbUri: string;
  now: string;
  pid: number;
}
