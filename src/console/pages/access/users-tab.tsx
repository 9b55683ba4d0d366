import { Badge, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useSignedIn } from '../../api/session.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { ChangeRoles } from './change-roles.tsx';
import { NewPassword } from './new-password.tsx';
import { NewUser } from './new-user.tsx';
import { RoleBadges } from './role-badges.tsx';
import { TabHead } from './tab-head.tsx';
import { usePlace } from './use-place.ts';
import { changeUserRoles, deleteUser, listUsers, type User } from './user-calls.ts';

type Dialog = { of: 'new' } | { of: 'roles' | 'password' | 'delete'; user: User } | null;

/** Those who sign in with a name and a password. */
export function UsersTab() {
  const { user: self, organization } = useSignedIn();
  const { orgId, groupId, managesOrganization } = usePlace();
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => {
    setDialog(null);
    remove.reset();
  };
  const remove = useMutation({
    mutationFn: (user: User) => deleteUser(orgId, user),
    onSuccess: () => {
      close();
      return cache.invalidateQueries({ queryKey: keys.access(groupId) });
    },
  });
  if (!managesOrganization)
    return (
      <EmptyState title="For owners of the organization">
        Who may sign in is seen and changed by the owners of {organization.name}.
      </EmptyState>
    );
  const actionsOf = (user: User) => [
    { title: 'Change roles', onClick: () => setDialog({ of: 'roles', user }) },
    // The own one is changed under Settings, with the present one.
    ...(user.id === self.id ? [] : [{ title: 'New password', onClick: () => setDialog({ of: 'password', user }) }]),
    { title: 'Delete', onClick: () => setDialog({ of: 'delete', user }), isDangerous: true },
  ];
  const columns: Column<User>[] = [
    {
      title: 'User',
      cell: ({ id, username }) => (
        <Group gap={6}>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {username}
          </Text>
          {id === self.id && <Badge color="gray">you</Badge>}
        </Group>
      ),
    },
    { title: 'Roles', cell: ({ grants }) => <RoleBadges grants={grants} /> },
    { title: 'Last signed in', cell: ({ lastSignInAt }) => <Moment at={lastSignInAt} relative otherwise="never" />, wide: true },
    { title: 'Actions', cell: (user) => <RowMenu label={`Actions for ${user.username}`} actions={actionsOf(user)} />, align: 'right' },
  ];
  return (
    <>
      <TabHead text="People sign in here with a name and a password." add="Add a user" onAdd={() => setDialog({ of: 'new' })} />
      <PagedTable
        label="Users"
        noun="user"
        queryKey={[...keys.access(groupId), 'users']}
        read={(pageNum, signal) => listUsers(orgId, pageNum, signal)}
        rowKey={({ id }) => id}
        columns={columns}
        empty={<EmptyState title="No users">Nobody signs in with a password.</EmptyState>}
      />
      {dialog?.of === 'new' && <NewUser onClose={close} />}
      {dialog?.of === 'roles' && (
        <ChangeRoles
          name={dialog.user.username}
          grants={dialog.user.grants}
          needsOrganization={false}
          onClose={close}
          change={async (roles) => {
            await changeUserRoles(orgId, groupId, dialog.user, roles);
            // What the reader may do is in the session.
            if (dialog.user.id === self.id) await cache.invalidateQueries({ queryKey: keys.session });
          }}
        />
      )}
      {dialog?.of === 'password' && <NewPassword user={dialog.user} onClose={close} />}
      {dialog?.of === 'delete' && (
        <ConfirmByName
          opened
          onClose={close}
          title="Delete a user"
          name={dialog.user.username}
          verb="Delete"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(dialog.user)}
        >
          {dialog.user.username} is signed out everywhere at once and cannot sign in again. API keys stay as they are.
        </ConfirmByName>
      )}
    </>
  );
}
