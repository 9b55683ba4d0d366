import { Code, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { ChangeRoles } from './change-roles.tsx';
import { KeyAccessList } from './key-access-list.tsx';
import { changeKeyRoles, deleteKey, grantsOfKey, type Key, listKeys } from './key-calls.ts';
import { NewKey } from './new-key.tsx';
import { RoleBadges } from './role-badges.tsx';
import { TabHead } from './tab-head.tsx';
import { usePlace } from './use-place.ts';

type Dialog = { of: 'new' } | { of: 'roles' | 'list' | 'delete'; key: Key } | null;

/** API keys: a public and a private half, for HTTP Digest as Atlas asks for it. */
export function KeysTab() {
  const place = usePlace();
  const { groupId, seesOrganization, managesProject, managesOrganization, manages } = place;
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => {
    setDialog(null);
    remove.reset();
  };
  const remove = useMutation({
    mutationFn: (key: Key) => deleteKey(place, key),
    onSuccess: () => {
      close();
      return cache.invalidateQueries({ queryKey: keys.access(groupId) });
    },
  });
  if (!seesOrganization && !managesProject) {
    return (
      <EmptyState title="Not shown to you">
        API keys are shown to members of the organization and to owners of the project. Ask one of them for a key.
      </EmptyState>
    );
  }
  const actionsOf = (key: Key) => [
    ...(manages ? [{ title: 'Change roles', onClick: () => setDialog({ of: 'roles', key }) }] : []),
    ...(seesOrganization ? [{ title: 'Access list', onClick: () => setDialog({ of: 'list', key }) }] : []),
    ...(managesOrganization ? [{ title: 'Delete', onClick: () => setDialog({ of: 'delete', key }), isDangerous: true }] : []),
  ];
  const columns: Column<Key>[] = [
    {
      title: 'Key',
      cell: ({ publicKey, desc }) => (
        <>
          <Code>{publicKey}</Code>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {desc}
          </Text>
        </>
      ),
    },
    { title: 'Roles', cell: (key) => <RoleBadges grants={grantsOfKey(key)} /> },
    { title: 'Private key', cell: ({ privateKey }) => <Code>…{privateKey.slice(-4)}</Code>, wide: true },
    {
      title: 'Actions',
      cell: (key) => <RowMenu label={`Actions for the key ${key.publicKey}`} actions={actionsOf(key)} />,
      align: 'right',
    },
  ];
  return (
    <>
      <TabHead
        text="A program signs its requests with a key, as with Atlas: curl, the Atlas CLI, Terraform, the SDKs."
        add="Create an API key"
        onAdd={manages ? () => setDialog({ of: 'new' }) : undefined}
        reason="Owners of the organization or of the project create them."
      />
      <PagedTable
        label="API keys"
        noun="key"
        queryKey={[...keys.access(groupId), 'keys']}
        read={(pageNum, signal) => listKeys(place, seesOrganization, pageNum, signal)}
        rowKey={({ id }) => id}
        columns={columns}
        empty={<EmptyState title="No API keys">A program that uses the API needs one.</EmptyState>}
      />
      {dialog?.of === 'new' && <NewKey onClose={close} />}
      {dialog?.of === 'roles' && (
        <ChangeRoles
          name={dialog.key.publicKey}
          grants={grantsOfKey(dialog.key)}
          onClose={close}
          change={(roles) => changeKeyRoles(place, dialog.key, roles)}
        />
      )}
      {dialog?.of === 'list' && <KeyAccessList apiKey={dialog.key} onClose={close} />}
      {dialog?.of === 'delete' && (
        <ConfirmByName
          opened
          onClose={close}
          title="Delete an API key"
          name={dialog.key.publicKey}
          verb="Delete"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(dialog.key)}
        >
          Programs that use {dialog.key.publicKey} ({dialog.key.desc}) are refused from the next request on.
        </ConfirmByName>
      )}
    </>
  );
}
