import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './filters.module.css';

/** The filters above a list; `onClear` where some are set. */
export function Filters({ children, onClear }: { children: ReactNode; onClear: (() => void) | undefined }) {
  return (
    <Group component="search" gap="sm" align="flex-end" className={classes.filters}>
      {children}
      {onClear && (
        <Button variant="subtle" onClick={onClear} className={classes.clear}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}
