import { Anchor, Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'react-router';
import { useNewDownload } from '../api/downloads.ts';
import { useMay, useProject } from '../api/session.ts';
import { DownloadDetails } from '../pages/download/download-details.tsx';
import { ErrorNotice } from './error-notice.tsx';

interface Props {
  clusterName: string;
  snapshotId: string;
  /** Of a row of a table. */
  compact?: boolean;
}

/** On a snapshot: makes an expiring link to all of it, and shows how it is fetched. Nothing for those who may not download. */
export function DownloadButton({ clusterName, snapshotId, compact = false }: Props) {
  const { id: projectId } = useProject();
  const mayDownload = useMay('download');
  const [opened, { open, close }] = useDisclosure(false);
  const { data, error, isPending, mutate, reset } = useNewDownload(projectId, clusterName, snapshotId);
  if (!mayDownload) return null;
  const show = () => {
    reset();
    open();
  };
  return (
    <>
      <Button variant="default" size={compact ? 'compact-sm' : 'sm'} onClick={show} aria-label={`Download snapshot ${snapshotId}`}>
        Download
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`Download a snapshot of ${clusterName}`}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {data ? (
          <Stack>
            <DownloadDetails download={data} onNew={() => mutate()} isMaking={isPending} />
            <Anchor component={Link} to={`/p/${projectId}/downloads/${encodeURIComponent(clusterName)}/${data.id}`} size="sm">
              This link on a page of its own
            </Anchor>
          </Stack>
        ) : (
          <Stack align="start">
            <Text size="sm">
              All of the snapshot as one <code>.tar.gz</code> in the layout of mongodump. The link is good for four hours and needs no
              signing in. Each part is checked before it is sent, and a download that breaks can go on where it stopped.
            </Text>
            {error && <ErrorNotice error={error} title="The link was not made" />}
            <Button onClick={() => mutate()} loading={isPending}>
              Make the link
            </Button>
          </Stack>
        )}
      </Modal>
    </>
  );
}
