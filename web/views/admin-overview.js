// The overview: totals and recent activity. The API has no counts by time or action, so the charts
// are computed from the newest audit events, a limited number of pages, and name the period that
// they cover. Chart labels are HTML, which has the same size on phones, and each chart has a table.
import { html, useState } from "../vendor/preact.js";
import { get } from "../app/api.js";
import { Icon } from "../app/elements.js";
import { Loaded, SegmentedControl, useLoad } from "../app/load.js";
import { EmptyState, Page, Problem, Skeleton, Time } from "../app/page.js";
import { ACTIONS, actorName, EventLog } from "./audit-events.js";

const TOTALS = { users: "Users", watchlist_items: "Watchlist titles", customers: "Customers", favorites: "Favourites", audit_events: "Audit events" };
const LINKS = { users: "#/admin/users", customers: "#/favourites", audit_events: "#/admin/audit" };
const PERIODS = { hours: "24 hours", week: "7 days", month: "30 days" };
const PAGES_PER_LOAD = 4;
const PAGE_SIZE = 100;
const MAX_ROWS = 6;
const CHART_HEIGHT = 100;
const MIN_BAR_HEIGHT = 3;
const number = new Intl.NumberFormat();
const hour = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export default function Overview() {
  const [version, setVersion] = useState(0);
  const stats = useLoad((signal) => get("/v1/admin/stats", {}, signal), [version]);
  return html`<${Page} title="Overview" intro="Totals and recent activity."
      actions=${html`<button type="button" class="button" onClick=${() => setVersion((n) => n + 1)}><${Icon} name="refresh" /> Refresh</button>`}>
    <${Loaded} from=${stats} title="Couldn't load the totals." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${(data) => html`<section aria-label="Totals"><dl class="totals">${Object.entries(TOTALS).map(([name, label]) => html`<div key=${name}>
          <dt>${LINKS[name] ? html`<a href=${LINKS[name]}>${label}</a>` : label}</dt><dd class="figures">${number.format(data[name])}</dd></div>`)}</dl>
        <p class="hint">As of <${Time} at=${data.as_of} />. The counts follow the audit trail after a second or two.</p></section>`}
    <//>
    <${RecentActivity} version=${version} />
  <//>`;
}

function RecentActivity({ version }) {
  const [period, setPeriod] = useState("hours");
  const [withViews, setWithViews] = useState(false);
  const [more, setMore] = useState({ busy: false, problem: null });
  const recent = useLoad((signal) => {
    const starts = startsOf(period);
    return loadEvents({ period, starts, from: starts[0].toISOString(), events: [], cursor: null }, signal);
  }, [period, version]);
  const choosePeriod = (value) => {
    setPeriod(value);
    setMore({ busy: false, problem: null });
  };
  const loadMore = async () => {
    if (more.busy) return;
    setMore({ busy: true, problem: null });
    try {
      const loaded = recent.data;
      const data = await loadEvents(loaded);
      recent.replace((current) => (current === loaded ? data : current));
      setMore({ busy: false, problem: null });
    } catch (problem) {
      setMore({ busy: false, problem });
    }
  };
  return html`<section class="section" aria-labelledby="recent">
    <div class="section-head"><h2 id="recent">Recent activity</h2>
      <${SegmentedControl} name="period" label="Period" options=${PERIODS} value=${period} onChange=${choosePeriod} /></div>
    <${Loaded} from=${recent} title="Couldn't load the events." skeleton=${html`<${Skeleton} rows=${2} shape="tile" />`}>
      ${(data) => html`<${Charts} data=${data} withViews=${withViews} setWithViews=${setWithViews}>
        ${data.cursor && html` <button type="button" class="link" data-busy=${more.busy} aria-disabled=${more.busy ? "true" : null} onClick=${loadMore}>${more.busy ? "Loading…" : `Load ${PAGES_PER_LOAD * PAGE_SIZE} more`}</button>`}
        ${more.problem && html`<${Problem} problem=${more.problem} retry=${loadMore} />`}
      <//>`}
    <//>
  </section>`;
}

function Charts({ data: { period, starts, events: all, cursor }, withViews, setWithViews, children }) {
  const events = withViews ? all : all.filter(({ action }) => action !== "admin.viewed");
  const hidden = all.length - events.length;
  const oldest = cursor && all.at(-1)?.at;
  const failed = events.filter(({ outcome }) => outcome !== "success");
  const coverage = html`<div class="hint">${cursor ? html`The newest ${all.length} events. Events before <${Time} at=${oldest} /> are not loaded.` : `All ${all.length} events of the last ${PERIODS[period]}.`}${hidden > 0 && ` ${hidden} administrator views are hidden.`}${children}</div>
    <p><label class="check"><input type="checkbox" checked=${withViews} onChange=${(event) => setWithViews(event.target.checked)} /> Include administrator views</label></p>`;
  if (events.length === 0) return html`<${EmptyState} title="No activity"><p>${hidden > 0 ? "Only administrator views" : "No events"} in the last ${PERIODS[period]}.</p><//>${coverage}`;
  return html`<div class="card stack"><${Timeline} bars=${barsOf(starts, events, oldest)} unit=${period === "hours" ? "hour" : "day"} period=${PERIODS[period]} />${coverage}</div>
    <div class="halves">
      <section class="card" aria-labelledby="by-action"><h3 id="by-action">By action</h3><${BarList} rows=${countBy(events, ({ action }) => ACTIONS[action] ?? action, ({ action }) => `#/admin/audit?action=${encodeURIComponent(action)}`)} /></section>
      <section class="card" aria-labelledby="by-account"><h3 id="by-account">By account</h3><${BarList} rows=${countBy(events, actorName, ({ actor }) => actor.id && `#/admin/users/${encodeURIComponent(actor.id)}`)} /></section>
    </div>
    <section class="section" aria-labelledby="failed"><div class="section-head"><h2 id="failed">Failed and denied</h2><span class="hint figures">${failed.length} of ${events.length} events</span></div>
      ${failed.length > 0 ? html`<${EventLog} events=${failed.slice(0, MAX_ROWS)} heading="h3" />` : html`<p class="hint">None</p>`}</section>`;
}

/** Appends the next pages of events to what was loaded before. */
async function loadEvents(loaded, signal) {
  let { events, cursor } = loaded;
  for (let page = 0; page < PAGES_PER_LOAD && (page === 0 || cursor); page++) {
    const response = await get("/v1/admin/audit", { from: loaded.from, limit: PAGE_SIZE, cursor }, signal);
    events = [...events, ...response.events];
    cursor = response.next_cursor;
  }
  return { ...loaded, events, cursor };
}

/** Returns the local start times of the period's hours or days, the current one last. */
function startsOf(period) {
  const now = new Date();
  const count = { hours: 24, week: 7, month: 30 }[period];
  const before = (n) => (period === "hours" ? new Date(new Date(now).setMinutes(0, 0, 0) - n * 3600_000) : new Date(now.getFullYear(), now.getMonth(), now.getDate() - n));
  return Array.from({ length: count }, (_, n) => before(count - 1 - n));
}

function barsOf(starts, events, oldest) {
  const bars = starts.map((start, n) => ({ start, good: 0, bad: 0, isMissing: Boolean(oldest) && (starts[n + 1] ?? Infinity) <= Date.parse(oldest) }));
  for (const { at, outcome } of events) {
    const bar = bars.findLast(({ start }) => start <= Date.parse(at));
    if (bar) bar[outcome === "success" ? "good" : "bad"] += 1;
  }
  return bars;
}

/** Counts the events by name, the most frequent first, with the remaining names in one row. */
function countBy(events, nameOf, linkOf) {
  const rows = [...Map.groupBy(events, nameOf)].map(([name, all]) => ({ name, count: all.length, href: all.map(linkOf).find(Boolean) }));
  rows.sort((a, b) => b.count - a.count);
  const others = rows.slice(MAX_ROWS);
  return others.length < 2 ? rows : [...rows.slice(0, MAX_ROWS), { name: `${others.length} others`, count: others.reduce((sum, { count }) => sum + count, 0) }];
}

/**
 * A bar per hour or day with successes above the axis and failures below. `bars` are those of
 * barsOf.
 */
function Timeline({ bars, unit, period }) {
  const maxGood = Math.max(1, ...bars.map(({ good }) => good));
  const maxBad = Math.max(0, ...bars.map(({ bad }) => bad));
  const scale = (CHART_HEIGHT - 2 * MIN_BAR_HEIGHT) / (maxGood + maxBad);
  const axis = MIN_BAR_HEIGHT + maxGood * scale;
  const height = (value) => (value === 0 ? 0 : Math.max(MIN_BAR_HEIGHT, value * scale));
  const time = ({ start }) => (unit === "hour" ? hour : day).format(start);
  const [good, bad] = ["good", "bad"].map((name) => bars.reduce((sum, bar) => sum + bar[name], 0));
  const peak = Math.max(...bars.map((bar) => bar.good + bar.bad));
  const [inset, width] = bars.length > 10 ? [1.25, 7.5] : [2.75, 4.5];
  const label = `Events of the last ${period}: ${good} succeeded, ${bad} failed or denied, peak ${peak} per ${unit}.`;
  return html`<figure class="timeline">
    <p class="legend" aria-hidden="true"><span data-kind="good">${good} succeeded</span><span data-kind="bad">${bad} failed or denied</span>${bars.some(({ isMissing }) => isMissing) && html`<span data-kind="missing">not loaded</span>`}<span class="figures">peak ${peak} per ${unit}</span></p>
    <svg viewBox="0 0 ${bars.length * 10} ${CHART_HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${bars.map((bar, n) => html`<g key=${n}><title>${time(bar)}: ${bar.isMissing ? "not loaded" : `${bar.good} succeeded, ${bar.bad} failed or denied`}</title>
        <rect class=${bar.isMissing ? "missing" : "room"} x=${n * 10} width="10" height=${CHART_HEIGHT} />
        <rect class="good" x=${n * 10 + inset} y=${axis - height(bar.good)} width=${width} height=${height(bar.good)} />
        <rect class="bad" x=${n * 10 + inset} y=${axis} width=${width} height=${height(bar.bad)} /></g>`)}
      <path class="axis" d="M0 ${axis}H${bars.length * 10}" />
    </svg>
    <p class="ends" aria-hidden="true"><span>${time(bars[0])}</span><span>${time(bars[Math.floor(bars.length / 2)])}</span><span>${time(bars.at(-1))}</span></p>
    <details><summary>Show as table</summary><div class="table-box"><table>
      <thead><tr><th>${unit === "hour" ? "Hour" : "Day"}</th><th class="number">Succeeded</th><th class="number">Failed or denied</th></tr></thead>
      <tbody>${bars.toReversed().map((bar) => html`<tr key=${time(bar)}><td class="main">${time(bar)}</td>
        <td class="number" data-label="Succeeded">${bar.isMissing ? "not loaded" : bar.good}</td><td class="number" data-label="Failed or denied">${bar.isMissing ? "not loaded" : bar.bad}</td></tr>`)}</tbody>
    </table></div></details>
  </figure>`;
}

/** Rows of `{ name, count, href }` with a bar for comparison. */
function BarList({ rows }) {
  const max = Math.max(...rows.map(({ count }) => count));
  return html`<ul class="bars">${rows.map(({ name, count, href }) => html`<li key=${name}>
    <span class="bar-name">${href ? html`<a href=${href}>${name}</a>` : name}</span><span class="figures">${count}</span>
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${Math.max(1, (100 * count) / max)} height="1" /></svg></li>`)}</ul>`;
}
