// The page's pictures: lines of one width, in the colour of the text around them. They say nothing to a screen reader:
// what they stand on has a name.

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  upload: 'M12 16V5m0 0L7 10m5-5l5 5M5 19h14',
  download: 'M12 5v11m0 0l-5-5m5 5l5-5M5 19h14',
  copy: 'M11 9h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM5 15H4V5a1 1 0 0 1 1-1h10v1',
  check: 'M5 13l4 4L19 7',
  stop: 'M7 7h10v10H7z',
  microphone: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
  send: 'M12 19V6m0 0l-6 6m6-6l6 6',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16v4zM13.5 6.5l4 4',
  again: 'M20 11A8 8 0 1 0 18 16.5M20 5v6h-6',
  good: 'M7 11v9H4v-9h3zm0 0l4-7c1.7 0 2.5 1.2 2.2 2.8L12.5 10H19a1.6 1.6 0 0 1 1.5 2l-1.8 6.6A2 2 0 0 1 16.8 20H7',
  bad: 'M17 13V4h3v9h-3zm0 0l-4 7c-1.7 0-2.5-1.2-2.2-2.8l.7-3.2H5a1.6 1.6 0 0 1-1.5-2l1.8-6.6A2 2 0 0 1 7.2 4H17',
  left: 'M15 6l-6 6 6 6',
  right: 'M9 6l6 6-6 6',
  down: 'M6 9l6 6 6-6',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  clip: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.4 17.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7.5',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  sun: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  language: 'M4 6h9M8.5 4v2M11 6c-.7 4-3.3 7-7 8.5M6 9c1 2.5 3 4.3 6 5.5M13 20l4-9 4 9M14.300 17h5.4',
  columns: 'M4 5h16v14H4zM12 5v14',
} as const;

export interface IconProps {
  readonly name: keyof typeof paths;
  /** In pixels. */
  readonly size?: number;
}

export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === 'stop' ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
