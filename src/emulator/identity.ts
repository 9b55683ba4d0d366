/** What a test needs to know; printed as one line. */
export interface EmulatorIdentity {
  baseUrl: string;
  /** The first organization, its first project, and its key. */
  orgId: string;
  projectId: string;
  /** Of the first organization: their ids, by name. */
  projects: Record<string, string>;
  publicKey: string;
  privateKey: string;
  /** All of them, the first one too: as in Atlas, a key reaches its own organization only. */
  organizations: OrganizationIdentity[];
  mongodbUri: string;
  now: string;
  pid: number;
}

export type OrganizationIdentity = {
  name: string;
  orgId: string;
  /** Their ids, by name. */
  projects: Record<string, string>;
  /** An owner's. */
  publicKey: string;
  privateKey: string;
};
