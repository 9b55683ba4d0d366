import {
  Anchor,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Notification,
  Table,
  Tooltip,
} from '@mantine/core';

/** In the spirit of Atlas: forest for what can be done, its bright green in the dark only. */
const forest: MantineColorsTuple = [
  '#e3fcf3',
  '#c7f5e2',
  '#8fe6c2',
  '#35de7b',
  '#00c46a',
  '#00a35c',
  '#007a53',
  '#00684a',
  '#00523c',
  '#023430',
];
/** From the lightest text to the deepest ground. */
const dark: MantineColorsTuple = [
  '#e8edeb',
  '#c8d3cf',
  '#a9b8b2',
  '#7f918b',
  '#3b5049',
  '#2a3d37',
  '#1a2b26',
  '#10201c',
  '#0a1714',
  '#05100d',
];
const gray: MantineColorsTuple = [
  '#f9fbfa',
  '#f1f5f3',
  '#e8edeb',
  '#d6dfdb',
  '#c1ccc8',
  '#9aa8a3',
  '#6f7f79',
  '#4e5d58',
  '#2f3d38',
  '#16231f',
];

export const theme = createTheme({
  colors: { forest, dark, gray },
  primaryColor: 'forest',
  primaryShade: { light: 7, dark: 7 },
  black: '#16231f',
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' }, h3: { fontSize: '1rem' } } },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Badge: Badge.extend({ defaultProps: { radius: 'sm', variant: 'light', tt: 'none' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', fz: 'sm' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 200, events: { hover: true, focus: true, touch: true }, multiline: true, maw: 320 },
    }),
  },
});

/** White words can be read on it. */
const RED_BUTTON = { '--mantine-color-red-filled': '#c92a2a', '--mantine-color-red-filled-hover': '#a61e1e' };

/** What a shade alone does not say: enough contrast for small text in both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...RED_BUTTON,
    '--mantine-color-anchor': '#00684a',
    '--mantine-color-dimmed': '#4e5d58',
    '--mantine-color-body': '#ffffff',
    // Small words on a tint of their own color.
    '--mantine-color-yellow-light-color': '#704a00',
    '--mantine-color-yellow-outline': '#704a00',
    '--mantine-color-red-light-color': '#a61b1b',
    '--mantine-color-orange-light-color': '#8a3a00',
    '--mantine-color-red-outline': '#a61b1b',
    '--mantine-color-blue-light-color': '#14599c',
    '--mantine-color-gray-light-color': '#2f3d38',
    '--mantine-color-teal-outline': '#066649',
    '--lb-ground': '#f6f9f7',
    '--lb-line': '#dfe6e3',
    '--lb-row-line': 'var(--mantine-color-gray-3)',
    '--lb-row-hover': 'var(--mantine-color-gray-1)',
    '--lb-bar': '#00684a',
  },
  dark: {
    ...RED_BUTTON,
    '--mantine-color-anchor': '#35de7b',
    '--mantine-color-dimmed': '#a9b8b2',
    '--mantine-color-forest-light': 'rgba(0, 196, 106, 0.16)',
    '--mantine-color-forest-light-hover': 'rgba(0, 196, 106, 0.22)',
    '--mantine-color-forest-light-color': '#5fe39a',
    '--mantine-color-yellow-light': 'rgba(250, 176, 5, 0.14)',
    '--mantine-color-yellow-light-color': '#ffd866',
    '--mantine-color-red-light': 'rgba(250, 82, 82, 0.18)',
    '--mantine-color-red-light-color': '#ffb3b3',
    '--mantine-color-orange-light': 'rgba(253, 126, 20, 0.18)',
    '--mantine-color-orange-light-color': '#ffc078',
    '--mantine-color-red-outline': '#ffb3b3',
    '--mantine-color-blue-light': 'rgba(34, 139, 230, 0.22)',
    '--mantine-color-blue-light-color': '#a5d8ff',
    '--mantine-color-gray-light': 'rgba(255, 255, 255, 0.09)',
    '--mantine-color-gray-light-color': '#c8d3cf',
    '--lb-ground': '#0a1714',
    '--lb-line': '#2a3d37',
    '--lb-row-line': 'var(--mantine-color-dark-4)',
    '--lb-row-hover': 'var(--mantine-color-dark-5)',
    '--lb-bar': '#00c46a',
  },
});
