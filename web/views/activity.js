// Activity: one's own audit trail, which shows whether somebody else was at work under one's name.
import { html } from "../vendor/preact.js";
import { read, withQuery } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { ACTIONS, downloadCsv, EventFilter, EventTable, instants } from "./audit-events.js";

const OWN = Object.keys(ACTIONS).filter((action) => action !== "auth.account_deleted");

export default function Activity({ query }) {
  const [values, change] = useAddress("activity", query, { action: "", from: "", to: "", limit: "10" });
  const { action, limit } = values;
  const { from, to } = instants(values);
  const pages = usePages((cursor, signal) => read("/v1/auth/audit", { action, from, to, limit, cursor }, signal), [action, from, to, limit]);
  const isFiltered = action || from || to;
  return html`<${Page} title="Activity" intro="What was done in your name: every sign-in, change and refusal."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery("/v1/auth/audit", { action, from, to, limit: 100 }), "activity.csv")}><${Icon} name="download" /> CSV</button>`}>
    <div class="row filters">
      <${EventFilter} values=${values} change=${change} actions=${OWN} />
      <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Read again</button>
    </div>
    <${Loaded} from=${pages} title="The trail could not be read." skeleton=${html`<${Skeleton} rows=${8} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventTable} events=${events} />` : html`<${Empty} title=${isFiltered ? "Nothing of that kind" : "Nothing yet"}>
        <p>${isFiltered ? "No event matches; try other days or another action." : "What you do shows here a second or two later."}</p><//>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the trail" pages=${pages} count=${pages.data.events.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}
