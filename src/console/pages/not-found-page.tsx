import { Button, Container } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyState } from '../parts/empty-state.tsx';

export function NotFoundPage({ what = 'No page of the console has this address.' }: { what?: string }) {
  return (
    <Container py="xl" size="sm">
      <EmptyState
        title="Nothing is here"
        action={
          <Button component={Link} to="/">
            To the overview
          </Button>
        }
      >
        {what}
      </EmptyState>
    </Container>
  );
}
