import { Alert, Anchor, Button, Code, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { type FirstOwner, useNeedsOwner, useSession, useSetup } from '../api/session.ts';
import { Door } from '../parts/door.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { Loading } from '../parts/loading.tsx';
import { NewPasswordInput } from '../parts/new-password-input.tsx';

/** The first page of a new installation: its owner. The link with the token is printed by `lifeboat serve`. */
export function SetupPage() {
  const { data: session } = useSession();
  const { data: setup, error, refetch } = useNeedsOwner();
  if (session) return <Navigate to="/" replace />;
  if (error) return <ErrorNotice error={error} title="Lifeboat cannot be reached" onRetry={() => void refetch()} />;
  if (!setup) return <Loading what="Opening Lifeboat…" height={400} />;
  if (setup.needsOwner) return <FirstOwnerForm />;
  return (
    <Door title="Already set up" text="This Lifeboat has an owner.">
      <Button component={Link} to="/signin">
        Sign in
      </Button>
    </Door>
  );
}

function FirstOwnerForm() {
  const { hash } = useLocation();
  const linked = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const setup = useSetup();
  const [input, setInput] = useState<FirstOwner>({ token: linked, username: '', password: '', organizationName: '', projectName: '' });
  const field = (name: keyof FirstOwner) => ({
    name,
    value: input[name],
    onChange: (event: { currentTarget: { value: string } }) => setInput({ ...input, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { organizationName, projectName, ...owner } = input;
    setup.mutate({ ...owner, ...(organizationName && { organizationName }), ...(projectName && { projectName }) });
  };
  return (
    <Door title="Set up Lifeboat" text="Choose who owns this installation. Others are added later, under Access.">
      <form onSubmit={submit}>
        <Stack>
          {!linked && (
            <Alert color="yellow" title="The link is missing its token">
              <Code>npx lifeboat serve</Code> printed a link with a token when it started. Open that link, or paste the token here. A link
              is good for 15 minutes; start it again for a new one.
            </Alert>
          )}
          {!linked && <TextInput label="Token" required withAsterisk={false} autoComplete="off" {...field('token')} />}
          <TextInput label="User name" required withAsterisk={false} autoComplete="username" autoFocus {...field('username')} />
          <NewPasswordInput label="Password" value={input.password} onChange={(password) => setInput({ ...input, password })} />
          <TextInput
            label="Organization"
            description="Its name, as clients of Atlas see it. May stay empty."
            {...field('organizationName')}
          />
          <TextInput label="First project" description="Clusters belong to a project. May stay empty." {...field('projectName')} />
          {setup.error && <ErrorNotice error={setup.error} title="Lifeboat was not set up" />}
          <Button type="submit" loading={setup.isPending} fullWidth>
            Set up
          </Button>
          <Anchor component={Link} to="/signin" size="sm">
            There is an owner already: sign in
          </Anchor>
        </Stack>
      </form>
    </Door>
  );
}
