// Activity, which is one's own audit trail, and what it shares with the administrators' log: the words for events, what they are
// narrowed by, and the table as a file.
import { html } from "../vendor/preact.js";
import { call, read, withQuery } from "../app/api.js";
import { Icon, session, useStore } from "../app/app.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { Copy } from "../app/problem.js";
import { toast } from "../app/toast.js";

/** What the API calls an action, and what people call it. */
export const ACTIONS = {
  "auth.registered": "Signed up",
  "auth.logged_in": "Signed in",
  "auth.login_failed": "Sign-in failed",
  "auth.token_refreshed": "Session renewed",
  "auth.token_replayed": "Old token used again",
  "auth.logged_out": "Signed out",
  "auth.password_changed": "Password changed",
  "auth.password_refused": "Wrong password given",
  "auth.session_revoked": "Session ended",
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
  "favorite.refresh_requested": "Refresh asked for",
  "admin.promoted": "Made administrator",
  "admin.user_changed": "Account changed",
  "admin.user_deleted": "Account deleted by administrator",
  "admin.viewed": "Looked at by administrator",
  "admin.denied": "Administration refused",
};

/** What an event is about. */
export const TARGETS = { account: "account", accounts: "the accounts", session: "session", item: "title", watchlist: "watchlist", customer: "customer", customers: "the customers", audit_trail: "audit trail", stats: "the totals", route: "route" };

const GROUPS = { auth: "Account", watchlist: "Watchlist", customer: "Customers", favorite: "Favourites", admin: "Administration" };

function EventTable({ events }) {
  return html`<div class="table-box"><table class="events">
    <thead><tr><th>What</th><th>Details</th><th>From</th><th>When</th></tr></thead>
    <tbody>${events.map((event) => html`<${Row} key=${event.id} event=${event} />`)}</tbody>
  </table></div>`;
}

function Row({ event }) {
  const { me } = useStore(session);
  const { action, outcome, actor, target, changes, at, request_id: requestId } = event;
  const isLook = action === "admin.viewed" && actor.id === me.id;
  return html`<tr>
    <td class="main"><span class="event-name">${isLook ? `You looked at the ${(TARGETS[target.type] ?? target.type).replace("the ", "")}` : (ACTIONS[action] ?? action)}</span>${outcome !== "success" && html` <span class="pill bad">${outcome}</span>`}<br /><code class="faint">${action}</code></td>
    <td data-label="Details" class="changes"><${Changes} changes=${changes} /></td>
    <td data-label="From"><span title=${actor.user_agent}>${actor.ip ?? "–"}</span></td>
    <td data-label="When"><span class="event-when"><${Time} at=${at} />${requestId && html`<${Copy} text=${requestId} label="Copy the request id ${requestId}" />`}</span></td>
  </tr>`;
}

function Changes({ changes }) {
  const all = Object.entries(changes ?? {});
  if (all.length === 0) return html`<span class="faint">–</span>`;
  return all.map(([name, value]) => html`<span key=${name} class="change"><span class="faint">${name.replaceAll("_", " ")}</span> <bdi>${String(value)}</bdi></span> `);
}

/** The choice of an action, and the days from and to which a trail is shown; `values` and `change` are those of useAddress. */
export function EventFilter({ values, change }) {
  return html`
    <div class="field"><label for="filter-action">Action</label>
      <select id="filter-action" value=${values.action} onChange=${(event) => change({ action: event.target.value })}>
        <option value="">All</option>
        ${Object.entries(GROUPS).map(([group, label]) => {
          const own = Object.keys(ACTIONS).filter((action) => action.startsWith(`${group}.`));
          return html`<optgroup key=${group} label=${label}>${own.map((action) => html`<option key=${action} value=${action}>${ACTIONS[action]}</option>`)}</optgroup>`;
        })}
      </select></div>
    <div class="field"><label for="filter-from">From</label><input id="filter-from" type="date" value=${values.from} max=${values.to || null} onChange=${(event) => change({ from: event.target.value })} /></div>
    <div class="field"><label for="filter-to">To</label><input id="filter-to" type="date" value=${values.to} min=${values.from || null} onChange=${(event) => change({ to: event.target.value })} /></div>`;
}

/** The days of the filter as the API wants them: from the beginning of the one to the end of the other, in local time. */
export function instants({ from, to }) {
  const midnight = (day, later) => {
    const date = new Date(`${day}T00:00`);
    date.setDate(date.getDate() + later);
    return Number.isNaN(date.valueOf()) ? "" : date.toISOString();
  };
  return { from: midnight(from, 0), to: midnight(to, 1) };
}

/** Saves `path` as CSV. The request needs the token, so a plain link would not do. */
export async function downloadCsv(path, name) {
  try {
    const { data } = await call("GET", path, { accept: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toast(`${name} is saved: the newest 100 of what is shown.`);
  } catch (problem) {
    toast(`The table could not be read. ${problem.message}`, { problem, ms: 10_000 });
  }
}

/** Shows, too, whether somebody else was at work under one's name. */
export default function Activity({ query }) {
  const [values, change] = useAddress("activity", query, { action: "", from: "", to: "", limit: "10" });
  const { action, limit } = values;
  const { from, to } = instants(values);
  const pages = usePages((cursor, signal) => read("/v1/auth/audit", { action, from, to, limit, cursor }, signal), [action, from, to, limit]);
  const isFiltered = action || from || to;
  return html`<${Page} title="Activity" intro="What was done in your name: every sign-in, change and refusal."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery("/v1/auth/audit", { action, from, to, limit: 100 }), "activity.csv")}><${Icon} name="download" /> CSV</button>`}>
    <div class="row filters">
      <${EventFilter} values=${values} change=${change} />
      <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Read again</button>
    </div>
    <${Loaded} from=${pages} title="The trail could not be read." skeleton=${html`<${Skeleton} rows=${8} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventTable} events=${events} />` : html`<${Empty} title=${isFiltered ? "Nothing of that kind" : "Nothing yet"}>
        <p>${isFiltered ? "No event matches; try other days or another action." : "What you do shows here a second or two later."}</p><//>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the trail" pages=${pages} count=${pages.data.events.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}
