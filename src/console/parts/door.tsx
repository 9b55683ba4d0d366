import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import mark from '../lifeboat.svg';

/** The frame of the pages before the shell: set-up and signing in. */
export function Door({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  useDocumentTitle(`${title} – Lifeboat`);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={420} radius="md">
        <Stack>
          <img src={mark} alt="" width={40} height={40} />
          <div>
            <Title order={1}>{title}</Title>
            <Text c="dimmed" size="sm" mt={4}>
              {text}
            </Text>
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
