// Audit events for the activity page and the administrators: labels, filters, the CSV export and
// the event log, which has one line per event, grouped by day, that expands to all details.
import { html } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Icon } from "../app/elements.js";
import { CopyButton } from "../app/page.js";
import { toast } from "../app/toast.js";

/** The labels of the API's actions. */
export const ACTIONS = {
  "auth.registered": "Signed up",
  "auth.logged_in": "Signed in",
  "auth.login_failed": "Sign-in failed",
  "auth.token_refreshed": "Session renewed",
  "auth.token_replayed": "Refresh token reused",
  "auth.logged_out": "Signed out",
  "auth.password_changed": "Password changed",
  "auth.password_refused": "Wrong password",
  "auth.session_revoked": "Session revoked",
  "auth.account_deleted": "Account deleted",
  "watchlist.item_added": "Title added",
  "watchlist.item_updated": "Title changed",
  "watchlist.item_removed": "Title removed",
  "watchlist.cleared": "Watchlist cleared",
  "customer.created": "Customer added",
  "customer.updated": "Customer changed",
  "customer.deleted": "Customer deleted",
  "favorite.added": "Favourites added",
  "favorite.removed": "Favourite removed",
  "favorite.cleared": "Favourites cleared",
  "favorite.refresh_requested": "Refresh requested",
  "admin.promoted": "Made administrator",
  "admin.user_changed": "Account changed",
  "admin.user_deleted": "Account deleted by administrator",
  "admin.viewed": "Viewed by administrator",
  "admin.denied": "Administrator access denied",
};

const TARGETS = { item: "title", audit_trail: "audit trail", stats: "totals" };

/** Returns the label of what an event is about. */
export const targetLabel = ({ type }) => TARGETS[type] ?? type;

const GROUPS = { auth: "Account", watchlist: "Watchlist", customer: "Customers", favorite: "Favourites", admin: "Administration" };

/** Filters by action and by days. `values` and `change` come from useQueryState. */
export function EventFilter({ values, change }) {
  return html`
    <div class="field"><label for="filter-action">Action</label>
      <select id="filter-action" value=${values.action} onChange=${(event) => change({ action: event.target.value })}>
        <option value="">All</option>
        ${Object.entries(GROUPS).map(([group, label]) => {
          const actions = Object.keys(ACTIONS).filter((action) => action.startsWith(`${group}.`));
          return html`<optgroup key=${group} label=${label}>${actions.map((action) => html`<option key=${action} value=${action}>${ACTIONS[action]}</option>`)}</optgroup>`;
        })}
      </select></div>
    <div class="field"><label for="filter-from">From</label><input id="filter-from" type="date" value=${values.from} max=${values.to || null} onChange=${(event) => change({ from: event.target.value })} /></div>
    <div class="field"><label for="filter-to">To</label><input id="filter-to" type="date" value=${values.to} min=${values.from || null} onChange=${(event) => change({ to: event.target.value })} /></div>`;
}

/**
 * Converts the filter's days to instants, from the start of the first to the end of the last in
 * local time.
 */
export function toInstants({ from, to }) {
  const midnight = (day, daysLater) => {
    const date = new Date(`${day}T00:00`);
    date.setDate(date.getDate() + daysLater);
    return Number.isNaN(date.valueOf()) ? "" : date.toISOString();
  };
  return { from: midnight(from, 0), to: midnight(to, 1) };
}

/** Saves `path` as a CSV file. A link would not work, since the request needs the access token. */
export async function downloadCsv(path, name) {
  try {
    const { data } = await call("GET", path, { accept: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toast(`Saved ${name} with up to 100 events`);
  } catch (problem) {
    toast(`Couldn't export the events. ${problem.message}`, { problem, ms: 10_000 });
  }
}

// ---- The event log

const OUTCOMES = { success: { label: "succeeded", icon: "check" }, failure: { label: "failed", icon: "close" }, denied: { label: "denied", icon: "warning" } };
const PAGES = { account: "admin/users", watchlist: "admin/users", audit_trail: "admin/users", customer: "favourites" };

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/**
 * Shows the events in the given order. `heading` is the level of the days, `expanded` shows views
 * ungrouped.
 */
export function EventLog({ events, heading = "h2", expanded }) {
  const days = Map.groupBy(events, ({ at }) => day.format(new Date(at)));
  return [...days].map(([name, all]) => html`<section key=${name} class="log-day">
    <${heading} class="log-head">${name}<//>
    <ol class="log">${(expanded ? all.map((event) => [event]) : groupViews(all)).map((group) => html`<li key=${group[0].id}>${group.length > 2 ? html`<${ViewGroup} events=${group} />` : group.map((event) => html`<${Event} key=${event.id} event=${event} />`)}</li>`)}</ol>
  </section>`);
}

/** Groups consecutive views of one administrator, which would otherwise hide the other events. */
function groupViews(events) {
  const groups = [];
  for (const event of events) {
    const previous = groups.at(-1)?.[0];
    const isSame = previous?.action === "admin.viewed" && event.action === previous.action && event.actor.id === previous.actor.id;
    if (isSame) groups.at(-1).push(event);
    else groups.push([event]);
  }
  return groups;
}

function ViewGroup({ events }) {
  const targets = [...new Set(events.map(({ target }) => targetLabel(target)))].join(", ");
  return html`<details>
    <${Summary} event=${events[0]} count=${events.length} about=${html`<span class="faint">${targets}</span>`} />
    <ol class="log-group">${events.map((event) => html`<li key=${event.id}><${Event} event=${event} /></li>`)}</ol>
  </details>`;
}

function Event({ event }) {
  return html`<details><${Summary} event=${event} about=${about(event)} /><${Details} event=${event} /></details>`;
}

const outcomeOf = ({ outcome }) => OUTCOMES[outcome] ?? { label: outcome, icon: "warning" };

function Summary({ event, about, count }) {
  const { action, at, outcome } = event;
  const { label, icon } = outcomeOf(event);
  return html`<summary data-outcome=${outcome}>
    <time class="log-time figures" datetime=${at}>${clock.format(new Date(at))}</time>
    <span class="log-what"><${Icon} name=${icon} /> <b>${ACTIONS[action] ?? action}</b> ${count && html`<span class="pill">${count} times</span> `}<span class=${outcome === "success" ? "hidden" : "pill bad"}>${label}</span></span>
    <span class="log-who">${actorName(event)}</span>
    <span class="log-about">${about}</span>
    <span class="log-open"><${Icon} name="next" /></span>
  </summary>`;
}

/** Returns the actor's e-mail, or the end of the ID of an account that no longer exists. */
export function actorName({ action, actor }) {
  if (actor.email) return actor.email;
  if (actor.id) return `account ${shortId(actor.id)}`;
  return action === "admin.promoted" ? "operator" : "unknown";
}

function about({ changes, target, actor }) {
  const entries = changesOf(changes);
  if (entries.length > 0) return entries.map(([name, value]) => html`<span key=${name} class="change"><span class="faint">${name}</span> <bdi>${value}</bdi></span> `);
  if (target.id && target.id === actor.id) return html`<span class="faint">own ${targetLabel(target)}</span>`;
  return html`<span class="faint">${targetLabel(target)} ${target.type === "route" ? target.id : target.id && shortId(target.id)}</span>`;
}

function Details({ event }) {
  const { id, at, action, actor, target, changes, request_id: requestId } = event;
  const page = target.id && PAGES[target.type];
  return html`<dl class="facts log-facts">
    <dt>Action</dt><dd><code>${action}</code> ${outcomeOf(event).label}</dd>
    <dt>Time</dt><dd><code>${at}</code></dd>
    <dt>Actor</dt><dd>${actor.id ? html`<a href="#/admin/users/${encodeURIComponent(actor.id)}">${actor.email ?? "account"}</a> <code class="faint">${actor.id}</code>` : (actor.email ?? "unknown")}</dd>
    ${(actor.ip || actor.user_agent) && html`<dt>Source</dt><dd>${actor.ip} <bdi class="faint">${actor.user_agent}</bdi></dd>`}
    <dt>Target</dt><dd>${page ? html`<a href="#/${page}/${encodeURIComponent(target.id)}">${targetLabel(target)}</a>` : targetLabel(target)} ${target.id && html`<code class="faint">${target.id}</code>`}</dd>
    ${changesOf(changes).map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>`)}
    ${requestId && html`<dt>Request ID</dt><dd class="log-id"><code>${requestId}</code><${CopyButton} text=${requestId} label="Copy request ID" /></dd>`}
    <dt>Event ID</dt><dd class="log-id"><code>${id}</code></dd>
  </dl>`;
}

const changesOf = (changes) => Object.entries(changes ?? {}).map(([name, value]) => [name.replaceAll("_", " "), { true: "yes", false: "no" }[value] ?? String(value)]);

/** Returns the end of an ID. The beginning is a time and equal for IDs of the same moment. */
const shortId = (id) => `…${id.slice(-6)}`;
