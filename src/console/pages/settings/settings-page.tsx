import { SimpleGrid, Stack } from '@mantine/core';
import { useMay, useProject, useSignedIn } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { Page } from '../../parts/page.tsx';
import { AccountSection } from './account-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { NewProjectSection } from './new-project-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { ProjectAccessSection } from './project-access-section.tsx';
import { ProjectSection } from './project-section.tsx';
import { VaultSection } from './vault-section.tsx';

/** The reader's own account, the project, and the vault below all projects. */
export function SettingsPage() {
  const { organization, organizationPermissions } = useSignedIn();
  const project = useProject();
  const { id } = project;
  return (
    <Page
      title="Settings"
      actions={
        <ApiHelp
          calls={[
            {
              title: 'Read the project',
              method: 'GET',
              path: `/api/atlas/v2/groups/${id}`,
              atlas: `projects describe ${id}`,
              sdk: `ProjectsApi.GetProject(ctx, "${id}").Execute()`,
            },
            {
              title: 'Make another project',
              method: 'POST',
              path: '/api/atlas/v2/groups',
              body: { name: 'NAME', orgId: organization.id },
              atlas: `projects create NAME --orgId ${organization.id}`,
              sdk: `ProjectsApi.CreateProject(ctx, &admin.Group{Name: "NAME", OrgId: "${organization.id}"}).Execute()`,
            },
            {
              title: 'Read the access list of the project',
              method: 'GET',
              path: `/api/atlas/v2/groups/${id}/accessList`,
              atlas: `accessLists list --projectId ${id}`,
              sdk: `ProjectIPAccessListApi.ListProjectIpAccessLists(ctx, "${id}").Execute()`,
            },
          ]}
        />
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <AccountSection />
          <PasswordSection />
          <AppearanceSection />
        </Stack>
        <Stack gap="lg">
          <ProjectSection key={id} />
          <ProjectAccessSection />
          {organizationPermissions.includes('create-project') && <NewProjectSection />}
          {useMay('register') && <VaultSection />}
        </Stack>
      </SimpleGrid>
    </Page>
  );
}
