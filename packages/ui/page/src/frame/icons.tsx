// The page's pictures: lines of one width, in the colour of the text around them. They say nothing to a screen reader:
// what they stand on has a name.
import type { ReactNode } from 'react';

function icon(children: ReactNode) {
  return function Icon({ size = 18 }: { readonly size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    );
  };
}

export const IconClose = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const IconUpload = icon(<path d="M12 16V5m0 0L7 10m5-5l5 5M5 19h14" />);
export const IconDownload = icon(<path d="M12 5v11m0 0l-5-5m5 5l5-5M5 19h14" />);
export const IconCopy = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15H4V5a1 1 0 0 1 1-1h10v1" />
  </>,
);
export const IconCheck = icon(<path d="M5 13l4 4L19 7" />);
export const IconStop = icon(<rect x="6.5" y="6.5" width="11" height="11" rx="2" fill="currentColor" />);
export const IconSend = icon(<path d="M12 19V6m0 0l-6 6m6-6l6 6" />);
export const IconPlus = icon(<path d="M12 5v14M5 12h14" />);
export const IconEdit = icon(<path d="M4 20h4L19 9l-4-4L4 16v4zM13.5 6.5l4 4" />);
export const IconAgain = icon(<path d="M20 11A8 8 0 1 0 18 16.5M20 5v6h-6" />);
export const IconThumbUp = icon(
  <path d="M7 11v9H4v-9h3zm0 0l4-7c1.7 0 2.5 1.2 2.2 2.8L12.5 10H19a1.6 1.6 0 0 1 1.5 2l-1.8 6.6A2 2 0 0 1 16.8 20H7" />,
);
export const IconThumbDown = icon(
  <path d="M17 13V4h3v9h-3zm0 0l-4 7c-1.7 0-2.5-1.2-2.2-2.8l.7-3.2H5a1.6 1.6 0 0 1-1.5-2l1.8-6.6A2 2 0 0 1 7.2 4H17" />,
);
export const IconLeft = icon(<path d="M15 6l-6 6 6 6" />);
export const IconRight = icon(<path d="M9 6l6 6-6 6" />);
export const IconDown = icon(<path d="M6 9l6 6 6-6" />);
export const IconChat = icon(<path d="M4 5h16v11H10l-5 4v-4H4z" />);
export const IconSettings = icon(<path d="M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5" />);
export const IconMenu = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const IconLink = icon(
  <path d="M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1" />,
);
export const IconTrash = icon(<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" />);
export const IconPaperclip = icon(
  <path d="M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.4 17.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7.5" />,
);
export const IconCode = icon(<path d="M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14" />);
export const IconSun = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4" />
  </>,
);
export const IconMoon = icon(<path d="M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z" />);
export const IconLanguage = icon(
  <path d="M4 6h9M8.5 4v2M11 6c-.7 4-3.3 7-7 8.500M6 9c1 2.500 3 4.300 6 5.500M13 20l4-9 4 9M14.300 17h5.400" />,
);
export const IconColumns = icon(<path d="M4 5h16v14H4zM12 5v14" />);
