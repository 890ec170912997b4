// The activity page: the audit events of the signed-in account.
import { html } from "../vendor/preact.js";
import { get, withQuery } from "../app/api.js";
import { Icon } from "../app/elements.js";
import { PagedList, usePages, useQueryState } from "../app/load.js";
import { CopyButton, EmptyState, Page, Time } from "../app/page.js";
import { session, useStore } from "../app/state.js";
import { ACTIONS, downloadCsv, EventFilter, targetLabel, toInstants } from "./audit-events.js";

const PATH = "/v1/auth/audit";

export default function Activity({ query }) {
  const [values, change] = useQueryState("activity", query, { action: "", from: "", to: "", limit: "10" });
  const { action, limit } = values;
  const { from, to } = toInstants(values);
  const pages = usePages((cursor, signal) => get(PATH, { action, from, to, limit, cursor }, signal), [action, from, to, limit]);
  const isFiltered = action || from || to;
  return html`<${Page} title="Activity" intro="Sign-ins, changes and denied requests of your account."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery(PATH, { action, from, to, limit: 100 }), "activity.csv")}><${Icon} name="download" /> CSV</button>`}>
    <div class="row filters">
      <${EventFilter} values=${values} change=${change} />
      <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Refresh</button>
    </div>
    <${PagedList} pages=${pages} name="events" label="Activity pages" title="Couldn't load your activity." rows=${8} limit=${limit} change=${change}
        empty=${html`<${EmptyState} title=${isFiltered ? "No matching events" : "No activity yet"}><p>${isFiltered ? "Try other dates or another action." : "Events appear here after a second or two."}</p><//>`}>
      ${(events) => html`<${EventTable} events=${events} />`}
    <//>
  <//>`;
}

function EventTable({ events }) {
  return html`<div class="table-box"><table class="events">
    <thead><tr><th>Event</th><th>Details</th><th>IP address</th><th>Time</th></tr></thead>
    <tbody>${events.map((event) => html`<${EventRow} key=${event.id} event=${event} />`)}</tbody>
  </table></div>`;
}

function EventRow({ event }) {
  const { me } = useStore(session);
  const { action, outcome, actor, target, changes, at, request_id: requestId } = event;
  const isOwnView = action === "admin.viewed" && actor.id === me.id;
  return html`<tr>
    <td class="main"><span class="event-name">${isOwnView ? `You viewed: ${targetLabel(target)}` : (ACTIONS[action] ?? action)}</span>${outcome !== "success" && html` <span class="pill bad">${outcome}</span>`}<br /><code class="faint">${action}</code></td>
    <td data-label="Details" class="changes"><${Changes} changes=${changes} /></td>
    <td data-label="IP address"><span title=${actor.user_agent}>${actor.ip ?? "–"}</span></td>
    <td data-label="Time"><span class="event-time"><${Time} at=${at} />${requestId && html`<${CopyButton} text=${requestId} label="Copy request ID ${requestId}" />`}</span></td>
  </tr>`;
}

function Changes({ changes }) {
  const entries = Object.entries(changes ?? {});
  if (entries.length === 0) return html`<span class="faint">–</span>`;
  return entries.map(([name, value]) => html`<span key=${name} class="change"><span class="faint">${name.replaceAll("_", " ")}</span> <bdi>${String(value)}</bdi></span> `);
}
