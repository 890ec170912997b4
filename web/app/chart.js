// Small SVG charts. Each one takes a sentence with the same content as its label.
import { html } from "../vendor/preact.js";

const WIDTH = 240;
const HEIGHT = 48;

/**
 * A line chart without axes, with the latest value at the right edge. Null is drawn as a marked
 * gap. Fewer than `minPoints` values do not fill the width. The scale starts at zero unless `zoom`
 * fits it to the values.
 */
export function Sparkline({ values, label, minPoints = 1, zoom }) {
  const known = values.filter((value) => value !== null);
  const top = zoom ? Math.max(...known) : Math.max(1, ...known) * 1.15;
  const low = zoom ? Math.min(...known) : 0;
  const step = WIDTH / Math.max(minPoints, values.length - 1);
  const x = (n) => (WIDTH - (values.length - 1 - n) * step).toFixed(1);
  const y = (value) => (HEIGHT - 3 - ((value - low) / (top - low || 1)) * (HEIGHT - 8)).toFixed(1);
  const line = values.map((value, n) => (value === null ? "" : `${n === 0 || values[n - 1] === null ? "M" : "L"}${x(n)} ${y(value)}`)).join("");
  const last = values.length - 1;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label} preserveAspectRatio="none">
    <path class="spark-line" d=${line} />
    ${values.map((value, n) => value === null && html`<path key=${n} class="spark-gap" d="M${x(n)} 4V${HEIGHT - 3}" />`)}
    ${known.length > 0 && values[last] !== null && html`<path class="spark-dot" d="M${x(last)} ${y(values[last])}h.01" />`}
  </svg>`;
}

const WIDE = 640;
const TALL = 200;
const BOTTOM = 26;
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/**
 * A step chart of `points`, `{ at, value, text, isGap }`, oldest first. The last value extends to
 * now.
 */
export function StepChart({ points, label }) {
  const times = points.map(({ at }) => Date.parse(at));
  const [start, end] = [times[0], Math.max(Date.now(), times.at(-1) + 1)];
  const values = points.map(({ value }) => value);
  const pad = Math.max((Math.max(...values) - Math.min(...values)) * 0.2, Math.max(...values) * 0.02, 0.01);
  const [low, high] = [Math.max(0, Math.min(...values) - pad), Math.max(...values) + pad];
  const ticks = [...new Set([Math.min(...values), Math.max(...values)])];
  // Room for the longest price at 8 units per digit.
  const left = Math.max(60, 16 + 8 * high.toFixed(2).length);
  const x = (time) => left + ((time - start) / (end - start)) * (WIDE - left - 10);
  const y = (value) => 10 + (1 - (value - low) / (high - low)) * (TALL - BOTTOM - 10);
  const ends = [...times.slice(1), end];
  const line = points.map(({ value }, n) => `${n === 0 ? "M" : "L"}${x(times[n]).toFixed(1)} ${y(value).toFixed(1)}H${x(ends[n]).toFixed(1)}`).join("");
  const when = end - start < 36 * 3600_000 ? hour : day;
  return html`<svg class="steps" viewBox="0 0 ${WIDE} ${TALL}" role="img" aria-label=${label}>
    ${ticks.map((value) => html`<g key=${value}><path class="grid" d="M${left} ${y(value).toFixed(1)}H${WIDE - 10}" /><text x=${left - 8} y=${y(value) + 4} text-anchor="end">${value.toFixed(2)}</text></g>`)}
    <path class="area" d="${line}V${TALL - BOTTOM}H${left}Z" /><path class="line" d=${line} />
    ${points.map(({ value, text, at, isGap }, n) => html`<circle key=${at} class=${isGap ? "gone" : "point"} cx=${x(times[n]).toFixed(1)} cy=${y(value).toFixed(1)} r="3.5"><title>${text}</title></circle>`)}
    <text x=${left} y=${TALL - 6}>${when.format(start)}</text><text x=${WIDE - 10} y=${TALL - 6} text-anchor="end">now</text>
  </svg>`;
}
