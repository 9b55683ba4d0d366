/** What a role may do, in words; the table itself is the server's. */
export interface RoleWords {
  title: string;
  text: string;
}

export const ORGANIZATION_ROLES: Readonly<Record<string, RoleWords>> = {
  ORG_OWNER: {
    title: 'Organization Owner',
    text: 'Everything in every project: registers clusters, restores, and manages projects, keys, service accounts and users.',
  },
  ORG_GROUP_CREATOR: { title: 'Project Creator', text: 'Makes projects. Sees nothing of those of others.' },
  ORG_READ_ONLY: { title: 'Organization Read Only', text: 'Sees everything in every project, and changes nothing.' },
  ORG_MEMBER: { title: 'Organization Member', text: 'Belongs to the organization. What else it may do, the roles on projects say.' },
};

export const PROJECT_ROLES: Readonly<Record<string, RoleWords>> = {
  GROUP_OWNER: {
    title: 'Project Owner',
    text: 'Everything in the project but registering clusters: takes snapshots, restores, and manages its keys and service accounts.',
  },
  GROUP_BACKUP_MANAGER: {
    title: 'Backup Manager',
    text: 'Takes, keeps and downloads snapshots, and restores dedicated clusters. Restores of Flex and shared clusters need a Project Owner.',
  },
  GROUP_CLUSTER_MANAGER: { title: 'Cluster Manager', text: 'Changes the size of clusters, and sees the rest.' },
  GROUP_READ_ONLY: { title: 'Project Read Only', text: 'Sees clusters, snapshots, jobs and events, and changes nothing.' },
};

/** Of a role that means nothing more here than looking: it is kept for the clients of Atlas that give it. */
export function roleWords(name: string): RoleWords {
  const words = name
    .replace(/^(ORG|GROUP)_/, '')
    .toLowerCase()
    .split('_');
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  const kept = { title, text: 'A role of Atlas that is kept as it was given; in Lifeboat its holder may look.' };
  return ORGANIZATION_ROLES[name] ?? PROJECT_ROLES[name] ?? kept;
}

export interface Grant {
  roleName: string;
  /** `null`: on the organization. */
  projectId: string | null;
}

/** What somebody has on the organization and on one project. */
export interface Roles {
  organization: string[];
  project: string[];
}

export function rolesOn(grants: readonly Grant[], projectId: string): Roles {
  const namesOn = (id: string | null) => grants.filter((grant) => grant.projectId === id).map(({ roleName }) => roleName);
  return { organization: namesOn(null), project: namesOn(projectId) };
}

export function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
