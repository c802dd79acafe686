// The signs of the player, drawn on 24 by 24.

import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

const PATHS = {
  play: svg`<path d="M7 4.8v14.4a.8.8 0 0 0 1.2.7l12-7.2a.8.8 0 0 0 0-1.4l-12-7.2a.8.8 0 0 0-1.2.7z"/>`,
  pause: svg`<rect x="5.5" y="4.5" width="4.5" height="15" rx="1.2"/><rect x="14" y="4.5" width="4.5" height="15" rx="1.2"/>`,
  next: svg`<path d="M5 5.6v12.8a.7.7 0 0 0 1.1.6L16 12.6V18a1 1 0 0 0 2 0V6a1 1 0 0 0-2 0v5.4L6.1 5A.7.7 0 0 0 5 5.6z"/>`,
  previous: svg`<path d="M19 5.6v12.8a.7.7 0 0 1-1.1.6L8 12.6V18a1 1 0 0 1-2 0V6a1 1 0 0 1 2 0v5.4L17.9 5a.7.7 0 0 1 1.1.6z"/>`,
  shuffle: svg`<path class="line" d="M3 7h3.5c4.5 0 6 10 10.500 10H20m-3-3 3 3-3 3M3 17h3.500c1.500 0 2.600-1.100 3.500-2.600M13 9.600C13.900 8.100 15 7 17 7h3m-3-3 3 3-3 3"/>`,
  repeat: svg`<path class="line" d="M4 12V9.500A2.500 2.500 0 0 1 6.500 7H20m-3-3 3 3-3 3M20 12v2.500a2.500 2.500 0 0 1-2.500 2.500H4m3 3-3-3 3-3"/>`,
  heart: svg`<path class="line" d="M12 20S3.500 15 3.500 8.900A4.400 4.400 0 0 1 12 7.300a4.400 4.400 0 0 1 8.500 1.600C20.500 15 12 20 12 20z"/>`,
  queue: svg`<path class="line" d="M4 6h12M4 11h12M4 16h7"/><path d="M15 13.500v6l5-3z"/>`,
  lyrics: svg`<path class="line" d="M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5"/>`,
  volume: svg`<path d="M4 9.500v5h3.500l4.500 4v-13l-4.500 4z"/><path class="line" d="M15 9a4.200 4.200 0 0 1 0 6M17.600 6.500a8 8 0 0 1 0 11"/>`,
  muted: svg`<path d="M4 9.500v5h3.500l4.500 4v-13l-4.500 4z"/><path class="line" d="m15.500 9.500 5 5m0-5-5 5"/>`,
  settings: svg`<path class="line" d="M4 7h9m5 0h2M4 17h2m5 0h9"/><circle class="line" cx="15.500" cy="7" r="2.300"/><circle class="line" cx="8.500" cy="17" r="2.300"/>`,
  cast: svg`<path class="line" d="M4 9V6h16v12h-5M4 12.500A5.500 5.500 0 0 1 9.500 18M4 16a2 2 0 0 1 2 2"/>`,
  up: svg`<path class="line" d="m6 14 6-6 6 6"/>`,
  down: svg`<path class="line" d="m6 10 6 6 6-6"/>`,
  close: svg`<path class="line" d="m6 6 12 12M18 6 6 18"/>`,
  help: svg`<path class="line" d="M9 9.200a3 3 0 1 1 4.200 2.700c-.8.400-1.200.9-1.200 1.700v.600"/><circle cx="12" cy="17.600" r="1.100"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type Icon = keyof typeof PATHS;

export const icon = (name: Icon): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
