// Charts of events. Their texts are HTML beside the picture, so that they are as large on a phone as anywhere, and all that a picture
// shows can be read: the bars over time as a table, those of names as the list that they are.
import { html } from "../vendor/preact.js";

const TALL = 100;
const LEAST = 3;
const hour = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** A bar for each hour or day: what succeeded above the line, what did not below it. `bars` are `{ start, good, bad, isUnread }`. */
export function TimeChart({ bars, unit, period }) {
  const top = Math.max(1, ...bars.map(({ good }) => good));
  const bottom = Math.max(0, ...bars.map(({ bad }) => bad));
  const scale = (TALL - 2 * LEAST) / (top + bottom);
  const line = LEAST + top * scale;
  const tall = (value) => (value === 0 ? 0 : Math.max(LEAST, value * scale));
  const when = ({ start }) => (unit === "hour" ? hour : day).format(start);
  const [good, bad] = ["good", "bad"].map((name) => bars.reduce((sum, bar) => sum + bar[name], 0));
  const highest = Math.max(...bars.map((bar) => bar.good + bar.bad));
  const [inset, wide] = bars.length > 10 ? [1.25, 7.5] : [2.75, 4.5];
  const label = `Events of the last ${period}: ${good} succeeded, ${bad} failed or were refused; at most ${highest} in one ${unit}.`;
  return html`<figure class="timeline">
    <p class="legend" aria-hidden="true"><span data-kind="good">${good} succeeded</span><span data-kind="bad">${bad} failed or refused</span>${bars.some(({ isUnread }) => isUnread) && html`<span data-kind="unread">not read</span>`}<span class="figures">at most ${highest} in one ${unit}</span></p>
    <svg viewBox="0 0 ${bars.length * 10} ${TALL}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${bars.map((bar, n) => html`<g key=${n}><title>${when(bar)}: ${bar.isUnread ? "not read" : `${bar.good} succeeded, ${bar.bad} failed or refused`}</title>
        <rect class=${bar.isUnread ? "unread" : "room"} x=${n * 10} width="10" height=${TALL} />
        <rect class="good" x=${n * 10 + inset} y=${line - tall(bar.good)} width=${wide} height=${tall(bar.good)} />
        <rect class="bad" x=${n * 10 + inset} y=${line} width=${wide} height=${tall(bar.bad)} /></g>`)}
      <path class="zero" d="M0 ${line}H${bars.length * 10}" />
    </svg>
    <p class="ends" aria-hidden="true"><span>${when(bars[0])}</span><span>${when(bars[Math.floor(bars.length / 2)])}</span><span>${when(bars.at(-1))}</span></p>
    <details><summary>The same as a table</summary><div class="table-box"><table>
      <thead><tr><th>${unit === "hour" ? "Hour from" : "Day"}</th><th class="number">Succeeded</th><th class="number">Failed or refused</th></tr></thead>
      <tbody>${bars.toReversed().map((bar) => html`<tr key=${when(bar)}><td class="main">${when(bar)}</td>
        ${bar.isUnread ? html`<td class="number" data-label="Succeeded">not read</td><td class="number" data-label="Failed or refused">not read</td>` : html`<td class="number" data-label="Succeeded">${bar.good}</td><td class="number" data-label="Failed or refused">${bar.bad}</td>`}</tr>`)}</tbody>
    </table></div></details>
  </figure>`;
}

/** A list of names with how often each, `{ name, count, href }`, and a bar to compare by. */
export function Bars({ rows }) {
  const top = Math.max(...rows.map(({ count }) => count));
  return html`<ul class="bars">${rows.map(({ name, count, href }) => html`<li key=${name}>
    <span class="bar-name">${href ? html`<a href=${href}>${name}</a>` : name}</span><span class="figures">${count}</span>
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${Math.max(1, (100 * count) / top)} height="1" /></svg></li>`)}</ul>`;
}
