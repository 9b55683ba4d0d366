import { Code, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { type Account, changeAccountRoles, deleteAccount, listAccounts } from './account-calls.ts';
import { AccountSecrets } from './account-secrets.tsx';
import { ChangeRoles } from './change-roles.tsx';
import { NewAccount } from './new-account.tsx';
import { RoleBadges } from './role-badges.tsx';
import { TabHead } from './tab-head.tsx';
import { usePlace } from './use-place.ts';

type Dialog = { of: 'new' } | { of: 'roles' | 'secrets' | 'delete'; account: Account } | null;

/** Service accounts: OAuth clients, with secrets that expire. */
export function AccountsTab() {
  const place = usePlace();
  const { groupId, seesOrganization, managesProject, managesOrganization, manages } = place;
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => {
    setDialog(null);
    remove.reset();
  };
  const remove = useMutation({
    mutationFn: (account: Account) => deleteAccount(place, account),
    onSuccess: () => {
      close();
      return cache.invalidateQueries({ queryKey: keys.access(groupId) });
    },
  });
  if (!seesOrganization && !managesProject) {
    return (
      <EmptyState title="Not shown to you">
        Service accounts are shown to members of the organization and to owners of the project.
      </EmptyState>
    );
  }
  const actionsOf = (account: Account) => [
    ...(manages ? [{ title: 'Change roles', onClick: () => setDialog({ of: 'roles', account }) }] : []),
    { title: 'Secrets', onClick: () => setDialog({ of: 'secrets', account }) },
    ...(managesOrganization ? [{ title: 'Delete', onClick: () => setDialog({ of: 'delete', account }), isDangerous: true }] : []),
  ];
  const columns: Column<Account>[] = [
    {
      title: 'Account',
      cell: ({ name, description, clientId }) => (
        <>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {description}
          </Text>
          <Code style={{ overflowWrap: 'anywhere' }}>{clientId}</Code>
        </>
      ),
    },
    { title: 'Roles', cell: ({ grants }) => <RoleBadges grants={grants} /> },
    { title: 'Secret expires', cell: ({ secrets }) => <Moment at={lastExpiry(secrets)} otherwise="no secret" />, wide: true },
    {
      title: 'Actions',
      cell: (account) => <RowMenu label={`Actions for the account ${account.name}`} actions={actionsOf(account)} />,
      align: 'right',
    },
  ];
  return (
    <>
      <TabHead
        text="A program gets a token of an hour for its client id and secret, by OAuth 2.0."
        add="Create a service account"
        onAdd={manages ? () => setDialog({ of: 'new' }) : undefined}
        reason="Owners of the organization or of the project create them."
      />
      <PagedTable
        label="Service accounts"
        noun="account"
        queryKey={[...keys.access(groupId), 'accounts']}
        read={(pageNum, signal) => listAccounts(place, pageNum, signal)}
        rowKey={({ clientId }) => clientId}
        columns={columns}
        empty={<EmptyState title="No service accounts">They are the other way for programs, beside API keys.</EmptyState>}
      />
      {dialog?.of === 'new' && <NewAccount onClose={close} />}
      {dialog?.of === 'roles' && (
        <ChangeRoles
          name={dialog.account.name}
          grants={dialog.account.grants}
          onClose={close}
          change={(roles) => changeAccountRoles(place, dialog.account, roles)}
        />
      )}
      {dialog?.of === 'secrets' && <AccountSecrets account={dialog.account} onClose={close} />}
      {dialog?.of === 'delete' && (
        <ConfirmByName
          opened
          onClose={close}
          title="Delete a service account"
          name={dialog.account.name}
          verb="Delete"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(dialog.account)}
        >
          Its secrets and all tokens made from them are refused from the next request on.
        </ConfirmByName>
      )}
    </>
  );
}

function lastExpiry(secrets: Account['secrets']): string | undefined {
  return secrets
    .map(({ expiresAt }) => expiresAt)
    .sort()
    .at(-1);
}
