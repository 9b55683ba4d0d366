import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { type Grant, type Roles, rolesOn } from './role-words.ts';
import { RolesInput } from './roles-input.tsx';
import { usePlace } from './use-place.ts';

interface Props {
  /** Whose roles. */
  name: string;
  grants: readonly Grant[];
  onClose: () => void;
  change: (roles: Roles) => Promise<unknown>;
  /** Programs always belong to the organization; people need no role there. */
  needsOrganization?: boolean;
}

export function ChangeRoles({ name, grants, onClose, change, needsOrganization = true }: Props) {
  const { groupId, managesOrganization } = usePlace();
  const cache = useQueryClient();
  const [roles, setRoles] = useState(() => rolesOn(grants, groupId));
  const save = useMutation({
    mutationFn: () => change(roles),
    // Of two calls the first may have worked.
    onSettled: () => cache.invalidateQueries({ queryKey: keys.access(groupId) }),
    onSuccess: onClose,
  });
  return (
    <FormDialog
      title={`Roles of ${name}`}
      verb="Save"
      failed="The roles were not changed"
      onClose={onClose}
      onSubmit={() => save.mutate()}
      busy={save.isPending}
      error={save.error}
      canSubmit={!needsOrganization || !managesOrganization || roles.organization.length > 0}
    >
      <RolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  );
}
