import { Tabs } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { ApiHelp } from '../../parts/api-help.tsx';
import { Page } from '../../parts/page.tsx';
import { AccountsTab } from './accounts-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { usePlace } from './use-place.ts';
import { UsersTab } from './users-tab.tsx';

/** Who may do what: programs by keys and service accounts, people by name and password. */
export function AccessPage() {
  const { orgId, groupId } = usePlace();
  const [search, setSearch] = useSearchParams();
  const tab = search.get('tab') ?? 'keys';
  const users = `/api/lifeboat/v1/organizations/${orgId}/users`;
  return (
    <Page
      title="Access"
      actions={
        <ApiHelp
          calls={[
            {
              title: 'List the API keys',
              method: 'GET',
              path: `/api/atlas/v2/orgs/${orgId}/apiKeys`,
              lifeboat: 'keys list',
              atlas: `organizations apiKeys list --orgId ${orgId}`,
              sdk: `ProgrammaticAPIKeysApi.ListApiKeys(ctx, "${orgId}").Execute()`,
            },
            {
              title: 'Create an API key that may look at this project',
              method: 'POST',
              path: `/api/atlas/v2/groups/${groupId}/apiKeys`,
              body: { desc: 'monitoring', roles: ['GROUP_READ_ONLY'] },
              atlas: `projects apiKeys create --desc monitoring --role GROUP_READ_ONLY --projectId ${groupId}`,
              sdk: `ProgrammaticAPIKeysApi.CreateProjectApiKey(ctx, "${groupId}", &admin.CreateAtlasProjectApiKey{Desc: "monitoring", Roles: []string{"GROUP_READ_ONLY"}}).Execute()`,
            },
            {
              title: 'List the service accounts',
              method: 'GET',
              path: `/api/atlas/v2/orgs/${orgId}/serviceAccounts`,
              sdk: `ServiceAccountsApi.ListServiceAccounts(ctx, "${orgId}").Execute()`,
            },
            { title: 'List the users', method: 'GET', path: users, lifeboat: 'users list' },
          ]}
        />
      }
    >
      <Tabs value={tab} onChange={(to) => setSearch(to && to !== 'keys' ? { tab: to } : {})} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
          <Tabs.Tab value="accounts">Service accounts</Tabs.Tab>
          <Tabs.Tab value="users">Users</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="keys">
          <KeysTab />
        </Tabs.Panel>
        <Tabs.Panel value="accounts">
          <AccountsTab />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <UsersTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
