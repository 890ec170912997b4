// The overview: how much there is of everything, and what happened lately. The latter is drawn from the audit trail: the API counts
// nothing by time or by action, so the newest events are read, some pages of them at most, and it is said which these are.
// The charts' texts are HTML beside the picture, as large on a phone as anywhere, and all that a picture shows can be read.
import { html, useState } from "../vendor/preact.js";
import { read } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Choice, Loaded, useLoad } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { actorName, EventLog } from "./admin-audit.js";
import { ACTIONS } from "./audit-events.js";

const TOTALS = { users: "Users", watchlist_items: "Titles on lists", customers: "Customers", favorites: "Favourites", audit_events: "Audit events" };
const LINKS = { users: "#/admin/users", customers: "#/favourites", audit_events: "#/admin/audit" };
const figure = new Intl.NumberFormat();
const PERIODS = { hours: "24 hours", week: "7 days", month: "30 days" };
const PAGES = 4;
const PAGE = 100;
const SHOWN = 6;
const TALL = 100;
const LEAST = 3;
const hour = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export default function Overview() {
  const [times, readAgain] = useState(0);
  const stats = useLoad((signal) => read("/v1/admin/stats", {}, signal), [times]);
  return html`<${Page} title="Overview" intro="How much there is of everything, and what happened lately."
      actions=${html`<button type="button" class="button" onClick=${() => readAgain((n) => n + 1)}><${Icon} name="refresh" /> Read again</button>`}>
    <${Loaded} from=${stats} title="The totals could not be read." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${(data) => html`<section aria-label="Totals"><dl class="totals">${Object.entries(TOTALS).map(([name, label]) => html`<div key=${name}>
          <dt>${LINKS[name] ? html`<a href=${LINKS[name]}>${label}</a>` : label}</dt><dd class="figures">${figure.format(data[name])}</dd></div>`)}</dl>
        <p class="hint">As of <${Time} at=${data.as_of} />. The counts follow the audit trail, a second or two behind.</p></section>`}
    <//>
    <${Recent} times=${times} />
  <//>`;
}

function Recent({ times }) {
  const [period, choose] = useState("hours");
  const [withViews, showViews] = useState(false);
  const [more, setMore] = useState({ busy: false, problem: null });
  const recent = useLoad((signal) => {
    const starts = startsOf(period);
    return readOn({ period, starts, from: starts[0].toISOString(), events: [], cursor: null }, signal);
  }, [period, times]);
  const change = (value) => {
    choose(value);
    setMore({ busy: false, problem: null });
  };
  const readMore = async () => {
    if (more.busy) return;
    setMore({ busy: true, problem: null });
    try {
      const before = recent.data;
      const data = await readOn(before);
      recent.replace((now) => (now === before ? data : now));
      setMore({ busy: false, problem: null });
    } catch (problem) {
      setMore({ busy: false, problem });
    }
  };
  return html`<section class="section" aria-labelledby="recent">
    <div class="section-head"><h2 id="recent">What happened lately</h2>
      <${Choice} name="period" label="Period" options=${PERIODS} value=${period} onChange=${change} /></div>
    <${Loaded} from=${recent} title="The events could not be read." skeleton=${html`<${Skeleton} rows=${2} shape="tile" />`}>
      ${(data) => html`<${Pictures} data=${data} withViews=${withViews} showViews=${showViews}>
        ${data.cursor && html` <button type="button" class="link" data-busy=${more.busy} aria-disabled=${more.busy ? "true" : null} onClick=${readMore}>${more.busy ? "Reading…" : `Read ${PAGES * PAGE} more`}</button>`}
        ${more.problem && html`<${Problem} problem=${more.problem} retry=${readMore} />`}
      <//>`}
    <//>
  </section>`;
}

function Pictures({ data: { period, starts, events: all, cursor }, withViews, showViews, children }) {
  const events = withViews ? all : all.filter(({ action }) => action !== "admin.viewed");
  const views = all.length - events.length;
  const oldest = cursor && all.at(-1)?.at;
  const refused = events.filter(({ outcome }) => outcome !== "success");
  const seen = html`<div class="hint">${cursor ? html`These are the newest ${all.length} events; what is older than <${Time} at=${oldest} /> is not read.` : `These are all ${all.length} events of the last ${PERIODS[period]}.`}${views > 0 && ` ${views} of them are left out: administrators looking at something.`}${children}</div>
    <p><label class="check"><input type="checkbox" checked=${withViews} onChange=${(event) => showViews(event.target.checked)} /> Count what administrators looked at, too</label></p>`;
  if (events.length === 0) return html`<${Empty} title="Nothing happened"><p>${views > 0 ? "Nothing but administrators looking at something" : "No event"} in the last ${PERIODS[period]}.</p><//>${seen}`;
  return html`<div class="card stack"><${TimeChart} bars=${barsOf(starts, events, oldest)} unit=${period === "hours" ? "hour" : "day"} period=${PERIODS[period]} />${seen}</div>
    <div class="halves">
      <section class="card" aria-labelledby="by-action"><h3 id="by-action">By action</h3><${Bars} rows=${most(events, ({ action }) => ACTIONS[action] ?? action, ({ action }) => `#/admin/audit?action=${encodeURIComponent(action)}`)} /></section>
      <section class="card" aria-labelledby="by-account"><h3 id="by-account">By account</h3><${Bars} rows=${most(events, actorName, ({ actor }) => actor.id && `#/admin/users/${encodeURIComponent(actor.id)}`)} /></section>
    </div>
    <section class="section" aria-labelledby="refused"><div class="section-head"><h2 id="refused">Failed and refused</h2><span class="hint figures">${refused.length} of ${events.length} events</span></div>
      ${refused.length > 0 ? html`<${EventLog} events=${refused.slice(0, SHOWN)} heading="h3" />` : html`<p class="hint">None of them.</p>`}</section>`;
}

/** Reads on from where `before` ended, some pages at most. */
async function readOn(before, signal) {
  let { events, cursor } = before;
  for (let page = 0; page < PAGES && (page === 0 || cursor); page++) {
    const answer = await read("/v1/admin/audit", { from: before.from, limit: PAGE, cursor }, signal);
    events = [...events, ...answer.events];
    cursor = answer.next_cursor;
  }
  return { ...before, events, cursor };
}

/** When the period's hours or days begin, in local time, the current one last. */
function startsOf(period) {
  const now = new Date();
  const count = { hours: 24, week: 7, month: 30 }[period];
  const before = (n) => (period === "hours" ? new Date(new Date(now).setMinutes(0, 0, 0) - n * 3600_000) : new Date(now.getFullYear(), now.getMonth(), now.getDate() - n));
  return Array.from({ length: count }, (_, n) => before(count - 1 - n));
}

function barsOf(starts, events, oldest) {
  const bars = starts.map((start, n) => ({ start, good: 0, bad: 0, isUnread: Boolean(oldest) && (starts[n + 1] ?? Infinity) <= Date.parse(oldest) }));
  for (const { at, outcome } of events) {
    const bar = bars.findLast(({ start }) => start <= Date.parse(at));
    if (bar) bar[outcome === "success" ? "good" : "bad"] += 1;
  }
  return bars;
}

/** The most frequent names, and what is left of the others. */
function most(events, nameOf, linkOf) {
  const rows = [...Map.groupBy(events, nameOf)].map(([name, all]) => ({ name, count: all.length, href: all.map(linkOf).find(Boolean) }));
  rows.sort((a, b) => b.count - a.count);
  const others = rows.slice(SHOWN);
  return others.length < 2 ? rows : [...rows.slice(0, SHOWN), { name: `${others.length} others`, count: others.reduce((sum, { count }) => sum + count, 0) }];
}

/** A bar for each hour or day: what succeeded above the line, what did not below it. `bars` are `{ start, good, bad, isUnread }`. */
function TimeChart({ bars, unit, period }) {
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
function Bars({ rows }) {
  const top = Math.max(...rows.map(({ count }) => count));
  return html`<ul class="bars">${rows.map(({ name, count, href }) => html`<li key=${name}>
    <span class="bar-name">${href ? html`<a href=${href}>${name}</a>` : name}</span><span class="figures">${count}</span>
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${Math.max(1, (100 * count) / top)} height="1" /></svg></li>`)}</ul>`;
}
