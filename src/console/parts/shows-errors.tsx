import { Container } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';

/** What a page throws is shown in its place: the rest of the console goes on. */
export class ShowsErrors extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    // A part of the console that cannot be loaded is mostly of a version that is not served any more.
    return (
      <Container py="xl" size="sm">
        <ErrorNotice title="This page could not be shown" error={this.state.error} onRetry={() => window.location.reload()} />
      </Container>
    );
  }
}
