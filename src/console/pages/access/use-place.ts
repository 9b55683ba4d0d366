import { useMay, useProject, useSignedIn } from '../../api/session.ts';
import type { Place } from './key-calls.ts';

export interface ReadersPlace extends Place {
  /** Who sees all of the organization, and not only what has a role on the project. */
  seesOrganization: boolean;
  managesProject: boolean;
  manages: boolean;
}

/** What of access is the reader's to see and to change. */
export function usePlace(): ReadersPlace {
  const { organization, organizationPermissions } = useSignedIn();
  const managesProject = useMay('manage');
  const managesOrganization = organizationPermissions.includes('manage');
  return {
    orgId: organization.id,
    groupId: useProject().id,
    managesOrganization,
    managesProject,
    manages: managesOrganization || managesProject,
    seesOrganization: organizationPermissions.includes('read'),
  };
}
