// The overview: how much there is of everything, and what happened lately. The latter is drawn from the audit trail: the API counts
// nothing by time or by action, so the newest events are read, some pages of them at most, and it is said which these are.
import { html, useState } from "../vendor/preact.js";
import { read } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Choice, Loaded, useLoad } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { Bars, TimeChart } from "./admin-charts.js";
import { actorName, EventLog } from "./admin-events.js";
import { ACTIONS } from "./audit-events.js";

const TOTALS = { users: "Users", watchlist_items: "Titles on lists", customers: "Customers", favorites: "Favourites", audit_events: "Audit events" };
const LINKS = { users: "#/admin/users", customers: "#/favourites", audit_events: "#/admin/audit" };
const figure = new Intl.NumberFormat();
const PERIODS = { hours: "24 hours", week: "7 days", month: "30 days" };
const PAGES = 4;
const PAGE = 100;
const SHOWN = 6;

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
  const [period, choose] = useState("week");
  const [withViews, showViews] = useState(false);
  const [more, setMore] = useState({ busy: false, problem: null });
  const recent = useLoad((signal) => {
    const starts = startsOf(period);
    return readOn({ starts, from: starts[0].toISOString(), events: [], cursor: null }, signal);
  }, [period, times]);
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
      <${Choice} name="period" label="Period" options=${PERIODS} value=${period} onChange=${choose} /></div>
    <${Loaded} from=${recent} title="The events could not be read." skeleton=${html`<${Skeleton} rows=${2} shape="tile" />`}>
      ${(data) => html`<${Pictures} data=${data} period=${period} withViews=${withViews} showViews=${showViews}>
        ${data.cursor && html` <button type="button" class="link" data-busy=${more.busy} aria-disabled=${more.busy ? "true" : null} onClick=${readMore}>${more.busy ? "Reading…" : `Read ${PAGES * PAGE} more`}</button>`}
        ${more.problem && html`<${Problem} problem=${more.problem} retry=${readMore} />`}
      <//>`}
    <//>
  </section>`;
}

function Pictures({ data: { starts, events: all, cursor }, period, withViews, showViews, children }) {
  const events = withViews ? all : all.filter(({ action }) => action !== "admin.viewed");
  const views = all.length - events.length;
  const oldest = cursor && all.at(-1)?.at;
  const refused = events.filter(({ outcome }) => outcome !== "success");
  const seen = html`<p class="hint">${cursor ? html`These are the newest ${all.length} events; what is older than <${Time} at=${oldest} /> is not read.` : `These are all ${all.length} events of the last ${PERIODS[period]}.`}${views > 0 && ` ${views} of them are left out: administrators looking at something.`}${children}</p>
    <p><label class="check"><input type="checkbox" checked=${withViews} onChange=${(event) => showViews(event.target.checked)} /> Count what administrators looked at, too</label></p>`;
  if (events.length === 0) return html`<${Empty} title="Nothing happened"><p>${views > 0 ? "Nothing but administrators looking at something" : "No event"} in the last ${PERIODS[period]}.</p><//>${seen}`;
  return html`<div class="card stack"><${TimeChart} bars=${barsOf(starts, events, oldest)} unit=${period === "hours" ? "hour" : "day"} period=${PERIODS[period]} />${seen}</div>
    <div class="halves">
      <section class="card" aria-labelledby="by-action"><h3 id="by-action">By action</h3><${Bars} rows=${most(events, ({ action }) => ACTIONS[action] ?? action, ({ action }) => `#/admin/audit?action=${action}`)} /></section>
      <section class="card" aria-labelledby="by-account"><h3 id="by-account">By account</h3><${Bars} rows=${most(events, actorName, ({ actor }) => actor.id && `#/admin/users/${actor.id}`)} /></section>
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
  return Array.from({ length: count }, (_, n) => (period === "hours"
    ? new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() - (count - 1 - n))
    : new Date(now.getFullYear(), now.getMonth(), now.getDate() - (count - 1 - n))));
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
  const rows = [...Map.groupBy(events, nameOf)].map(([name, all]) => ({ name, count: all.length, href: linkOf(all[0]) }));
  rows.sort((a, b) => b.count - a.count);
  const others = rows.slice(SHOWN);
  return others.length < 2 ? rows : [...rows.slice(0, SHOWN), { name: `${others.length} others`, count: others.reduce((sum, { count }) => sum + count, 0) }];
}
