import { Code } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyState } from '../../parts/empty-state.tsx';

export function NoClusters({ action }: { action: ReactNode }) {
  return (
    <EmptyState title="No cluster is backed up yet" action={action}>
      {action ? (
        <>
          Register a MongoDB deployment with its connection string; Lifeboat tests it first. The command line does the same:{' '}
          <Code>npx lifeboat clusters add NAME --uri URI</Code>
        </>
      ) : (
        'An owner of the organization registers the first MongoDB deployment; then its backups are here.'
      )}
    </EmptyState>
  );
}
