// Colours, letters and corners of the page.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const letters =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";
const fixed = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace";

const indigo: MantineColorsTuple = [
  '#eef1fd',
  '#dbe1f8',
  '#b6c2ef',
  '#8ea0e6',
  '#6c83de',
  '#566fd9',
  '#4560cf',
  '#3a52b6',
  '#3248a3',
  '#273c90',
];

const dark: MantineColorsTuple = [
  '#c9ced6',
  '#b8bec8',
  '#8a929e',
  '#626a77',
  '#3d4450',
  '#2f353f',
  '#242830',
  '#1b1e24',
  '#15181d',
  '#101216',
];

export const theme = createTheme({
  fontFamily: letters,
  fontFamilyMonospace: fixed,
  headings: { fontFamily: letters, fontWeight: '600' },
  colors: { indigo, dark },
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Mantine's own grey of secondary text, of errors and of placeholders is too faint to read. Source: WCAG 2.2, 1.4.3. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#676e75',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-7)',
    '--mantine-color-text': '#1f242c',
    '--page-ground': '#f6f7f9',
    '--page-card': '#ffffff',
    '--page-line': '#e3e6ea',
    '--page-soft': '#f1f3f6',
    '--page-user': '#e8ecfb',
    '--mantine-color-body': '#ffffff',
  },
  dark: {
    '--mantine-color-dimmed': '#a3a9b2',
    '--mantine-color-placeholder': '#939aa5',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-2)',
    '--mantine-color-text': '#e4e6ea',
    '--page-ground': '#131519',
    '--page-card': '#1b1e24',
    '--page-line': '#2e333b',
    '--page-soft': '#242830',
    '--page-user': '#2a3252',
    '--mantine-color-body': '#1b1e24',
  },
});
