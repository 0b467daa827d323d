import { LabIcon } from '@jupyterlab/ui-components';

/** Three cells and what ties them; takes its colour from the theme. */
export const septIcon = new LabIcon({
  name: 'sept:notebook',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M4 3h7a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z"/>
    <path d="M13 10h7a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-3a1 1 0 0 1 1-1Z"/>
    <path d="M13 17h7a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-3a1 1 0 0 1 1-1Z"/>
    <path d="M5.5 9h2v2.5H11v2H7.5v5H11v2H6.5a1 1 0 0 1-1-1Z"/>
  </g>
</svg>`
});

/** Cells and the lines between them; takes its colour from the theme. */
export const graphIcon = new LabIcon({
  name: 'sept:graph',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <circle cx="12" cy="5" r="3"/>
    <circle cx="5.5" cy="18.5" r="3"/>
    <circle cx="18.5" cy="18.5" r="3"/>
    <path d="M10.6 7.2 12.4 8 8 16.6 6.2 15.7zM13.4 7.2 11.6 8 16 16.6 17.8 15.7z"/>
  </g>
</svg>`
});

/** Two people; takes its colour from the theme. */
export const septTeamIcon = new LabIcon({
  name: 'sept:team',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <circle cx="9" cy="8" r="3.5"/>
    <path d="M2.5 19c0-3.6 2.9-5.5 6.5-5.5s6.5 1.9 6.5 5.5z"/>
    <circle cx="17" cy="9" r="2.5"/>
    <path d="M17.5 19h4c0-2.9-1.9-4.5-4.5-4.5-.6 0-1.1.1-1.6.2 1.3 1 2.1 2.4 2.1 4.3z"/>
  </g>
</svg>`
});
