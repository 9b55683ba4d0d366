import { Alert, Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Download } from '../../api/downloads.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countdownText, downloadCommands } from './download-words.ts';

interface Props {
  download: Download;
  /** A new link where this one is over; without it only that is said. */
  onNew?: (() => void) | undefined;
  isMaking?: boolean;
}

/** A link that expires: how long it is good for, how much comes, and how to fetch it. */
export function DownloadDetails({ download, onNew, isMaking = false }: Props) {
  const left = useCountdown(download.expiresAt);
  const { url, fileName } = download;
  if (left === null || !url)
    return (
      <Alert color="orange" icon={<Icon name="warning" />} title="This link has expired">
        <Stack align="start" gap="sm">
          <Text size="sm">
            It was good until <Moment at={download.expiresAt} />. The snapshot is still there: a new link costs nothing, and a download that
            broke goes on with it where it stopped.
          </Text>
          {onNew && (
            <Button size="xs" onClick={onNew} loading={isMaking}>
              Make a new one
            </Button>
          )}
        </Stack>
      </Alert>
    );
  const commands = downloadCommands({ url, fileName });
  return (
    <Stack>
      <SimpleGrid cols={2} spacing="sm">
        <Fact title="Good for" value={<span role="timer">{left}</span>} note={<Moment at={download.expiresAt} />} />
        <Fact title="Size" value={<Bytes value={download.bytes} />} note="compressed" />
      </SimpleGrid>
      <Group gap="sm">
        <Button component="a" href={url} download={fileName}>
          Download
        </Button>
        <Text size="sm" c="dimmed">
          Whoever has the link can fetch it, without signing in: treat it like a password.
        </Text>
      </Group>
      <Command
        title="Fetch it with curl"
        what="the curl command"
        text={commands.fetch}
        note="When it breaks, run the same command again: it goes on where it stopped."
      />
      <Command title="Unpack it" what="the tar command" text={commands.unpack} note="One folder in the layout of mongodump." />
      <Command
        title="Load it into a server"
        what="the mongorestore command"
        text={commands.load}
        note="MONGODB_URI is the connection string of that server."
      />
    </Stack>
  );
}

function Command({ title, what, text, note }: { title: string; what: string; text: string; note: string }) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <CopyButton text={text} what={what} />
      </Group>
      <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <Text size="xs" c="dimmed" mt={2}>
        {note}
      </Text>
    </section>
  );
}

function useCountdown(expiresAt: string): string | null {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return countdownText(expiresAt, now);
}
