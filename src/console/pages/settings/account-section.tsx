import { Text } from '@mantine/core';
import { useSignedIn } from '../../api/session.ts';
import { Moment } from '../../parts/moment.tsx';
import { Section } from '../../parts/section.tsx';
import { RoleBadges } from '../access/role-badges.tsx';

export function AccountSection() {
  const { user, organization, expiresAt } = useSignedIn();
  return (
    <Section title="Your account" text={`${user.username}, of ${organization.name}`}>
      <RoleBadges grants={user.grants} />
      <Text size="sm" c="dimmed">
        Unless you use it, this session ends <Moment at={expiresAt} relative />.
      </Text>
    </Section>
  );
}
