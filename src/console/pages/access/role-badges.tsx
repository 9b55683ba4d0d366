import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { useSignedIn } from '../../api/session.ts';
import { type Grant, roleWords } from './role-words.ts';

/** What somebody may do, one label a role; each says what it means. */
export function RoleBadges({ grants }: { grants: readonly Grant[] }) {
  const { projects } = useSignedIn();
  if (grants.length === 0) {
    return (
      <Text span inherit c="dimmed">
        None
      </Text>
    );
  }
  return (
    <Group gap={4}>
      {grants.map(({ roleName, projectId }) => {
        const { title, text } = roleWords(roleName);
        const project = projectId && (projects.find(({ id }) => id === projectId)?.name ?? projectId);
        return (
          <Tooltip key={`${roleName} ${projectId}`} label={text}>
            <Badge
              color={roleName.endsWith('_OWNER') ? 'forest' : 'gray'}
              tabIndex={0}
              style={{ cursor: 'help' }}
              styles={{ root: { maxWidth: '100%', height: 'auto' }, label: { whiteSpace: 'normal', textAlign: 'left' } }}
            >
              {project ? `${title} of ${project}` : title}
            </Badge>
          </Tooltip>
        );
      })}
    </Group>
  );
}
