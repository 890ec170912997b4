// Small charts in SVG, without a library: they are sentences with a picture, so each takes the sentence as its label.
import { html } from "../vendor/preact.js";

const WIDTH = 240;
const HEIGHT = 48;

/** A line of numbers; null leaves a gap and marks it. */
export function Sparkline({ values, label }) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(1, ...known) * 1.15;
  const step = WIDTH / Math.max(12, values.length - 1);
  const x = (n) => (WIDTH - (values.length - 1 - n) * step).toFixed(1);
  const y = (value) => (HEIGHT - 3 - (value / top) * (HEIGHT - 8)).toFixed(1);
  const line = values.map((value, n) => (value === null ? "" : `${n === 0 || values[n - 1] === null ? "M" : "L"}${x(n)} ${y(value)}`)).join("");
  const last = values.length - 1;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label} preserveAspectRatio="none">
    <path class="spark-line" d=${line} />
    ${values.map((value, n) => value === null && html`<path key=${n} class="spark-gap" d="M${x(n)} 4V${HEIGHT - 3}" />`)}
    ${known.length > 0 && values[last] !== null && html`<path class="spark-dot" d="M${x(last)} ${y(values[last])}h.01" />`}
  </svg>`;
}
