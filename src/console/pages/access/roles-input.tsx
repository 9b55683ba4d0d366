import { Checkbox, Stack } from '@mantine/core';
import { useProject, useSignedIn } from '../../api/session.ts';
import { ORGANIZATION_ROLES, PROJECT_ROLES, type Roles, type RoleWords, roleWords } from './role-words.ts';

/** The roles on the organization, for those who may give such, and on the project that is looked at. */
export function RolesInput({ value, onChange }: { value: Roles; onChange: (value: Roles) => void }) {
  const { organization, organizationPermissions } = useSignedIn();
  const project = useProject();
  return (
    <Stack gap="md">
      {organizationPermissions.includes('manage') && (
        <Group
          label={`On the organization ${organization.name}`}
          known={ORGANIZATION_ROLES}
          value={value.organization}
          onChange={(names) => onChange({ ...value, organization: names })}
        />
      )}
      <Group
        label={`On the project ${project.name}`}
        known={PROJECT_ROLES}
        value={value.project}
        onChange={(names) => onChange({ ...value, project: names })}
      />
    </Stack>
  );
}

interface GroupProps {
  label: string;
  known: Readonly<Record<string, RoleWords>>;
  value: string[];
  onChange: (names: string[]) => void;
}

function Group({ label, known, value, onChange }: GroupProps) {
  // Roles of Atlas that mean nothing more here are offered where somebody has them, so that they can be taken.
  const names = [...Object.keys(known), ...value.filter((name) => !(name in known))];
  return (
    <Checkbox.Group label={label} value={value} onChange={onChange}>
      <Stack gap={6} mt={6}>
        {names.map((name) => (
          <Checkbox key={name} value={name} label={roleWords(name).title} description={roleWords(name).text} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
