import { Anchor, Button, Code, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, useState } from 'react';
import { type ApiCall, atlasCliOf, curlOf, goSdkOf, lifeboatCliOf } from '../snippets.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';

/** A button that shows the same action as a call of the API, with the reader's ids filled in. */
export function ApiHelp({ calls }: { calls: ApiCall[] }) {
  const [opened, { open, close }] = useDisclosure(false);
  // Every page has one, which nobody opens mostly: it costs nothing until then.
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <>
      <OpenButton onOpen={open} onFirst={setWasOpened} />
      {wasOpened && (
        <Modal opened={opened} onClose={close} title="The same with the API" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
          <Stack gap="lg">
            {calls.map((call) => (
              <Call key={`${call.method} ${call.path}`} call={call} />
            ))}
            <Text size="sm" c="dimmed">
              An API key comes from Access. Everything that this server answers is at{' '}
              <Anchor href="/api/docs" target="_blank" underline="always">
                /api/docs
              </Anchor>
              .
            </Text>
          </Stack>
        </Modal>
      )}
    </>
  );
}

const OpenButton = memo(({ onOpen, onFirst }: { onOpen: () => void; onFirst: (is: boolean) => void }) => (
  <Button
    variant="subtle"
    size="compact-sm"
    leftSection={<Icon name="code" size={16} />}
    onClick={() => {
      onFirst(true);
      onOpen();
    }}
  >
    API
  </Button>
));

function Call({ call }: { call: ApiCall }) {
  const { origin } = window.location;
  const ways = [
    { name: 'curl', text: curlOf(origin, call), without: '' },
    { name: 'Lifeboat CLI', text: lifeboatCliOf(call), without: 'The command line has no command for this yet; curl does it.' },
    { name: 'Atlas CLI', text: atlasCliOf(origin, call), without: 'Atlas has no such call, so its command line has no command for it.' },
    {
      name: 'Go SDK',
      text: goSdkOf(origin, call),
      without: 'Atlas has no such call, so its SDKs have none. It takes the same API key: use the request that curl shows.',
    },
  ];
  return (
    <section aria-label={call.title}>
      <Text fw={600} mb="xs">
        {call.title}
      </Text>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {ways.map(({ name }) => (
            <Tabs.Tab key={name} value={idOf(name)}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ways.map(({ name, text, without }) => (
          <Tabs.Panel key={name} value={idOf(name)} pt="xs">
            {text ? (
              <>
                <Group justify="flex-end" mb={4}>
                  <CopyButton text={text} what={`the ${name} call`} />
                </Group>
                <Code block tabIndex={0}>
                  {text}
                </Code>
              </>
            ) : (
              <Text size="sm" c="dimmed">
                {without}
              </Text>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </section>
  );
}

/** A part of an id of the page, which has no blanks. */
const idOf = (name: string) => name.replaceAll(' ', '-');
