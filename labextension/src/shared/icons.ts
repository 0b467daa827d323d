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
