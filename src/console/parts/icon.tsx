import type { SVGProps } from 'react';

/** Drawn with a stroke on 24 by 24. */
const DRAWINGS = {
  overview: 'M4 4h7v9H4zM13 4h7v5h-7zM13 12h7v8h-7zM4 16h7v4H4z',
  cluster:
    'M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3',
  jobs: 'M4 6h16M4 12h16M4 18h10M18 16v5M15.500 18.500h5',
  events: 'M12 8v4l3 2M12 3a9 9 0 1 0 9 9M21 4v5h-5',
  audit: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h6M9 17h6',
  access: 'M15 7a4 4 0 1 1-3.500 6L9 15.500V18H6.500v2.500H3V17l6-6a4 4 0 0 1 6-4zM16 8.500h.01',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 5v4M10 15v4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 3.500-6 8-6s8 2 8 6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5',
  plus: 'M12 5v14M5 12h14',
  warning: 'M12 4L2.500 20h19zM12 10v4M12 17h.01',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01',
  critical: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5M12 16h.01',
  remove: 'M6 6l12 12M18 6L6 18',
  left: 'M14 7l-5 5 5 5',
  right: 'M10 7l5 5-5 5',
  chevron: 'M8 10l4 4 4-4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
};

export type IconName = keyof typeof DRAWINGS;

/** An icon goes with a word, and says nothing to a screen reader itself. */
export function Icon({ name, size = 18, ...props }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...props}
    >
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
