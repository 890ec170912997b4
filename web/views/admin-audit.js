// The audit log of all accounts, with filters by account, action and days.
import { html } from "../vendor/preact.js";
import { get, withQuery } from "../app/api.js";
import { Field, Icon, useForm } from "../app/elements.js";
import { PagedList, usePages, useQueryState, withoutStaleResults } from "../app/load.js";
import { EmptyState, Page, Problem } from "../app/page.js";
import { downloadCsv, EventFilter, EventLog, toInstants } from "./audit-events.js";

const PATH = "/v1/admin/audit";
const DEFAULTS = { user: "", who: "", action: "", from: "", to: "", limit: "25" };

/**
 * The address has the account's ID as `user`, which the API takes, and its e-mail as `who`, to
 * show.
 */
export default function Audit({ query }) {
  const [values, change] = useQueryState("admin/audit", query, DEFAULTS);
  const { user, action, limit } = values;
  const { from, to } = toInstants(values);
  const filter = { user_id: user, action, from, to };
  const pages = usePages((cursor, signal) => get(PATH, { ...filter, limit, cursor }, signal), [user, action, from, to, limit]);
  const isFiltered = Boolean(user || action || from || to);
  return html`<${Page} title="Audit log" intro="Sign-ins, changes and denied requests of all accounts. Events appear after a second or two."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery(PATH, { ...filter, limit: 100 }), "audit.csv")}><${Icon} name="download" /> CSV</button>
        <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Refresh</button>`}>
    <search>
      <${AccountFilter} key=${user} values=${values} change=${change} />
      <div class="row filters"><${EventFilter} values=${values} change=${change} />
        <button type="button" class="button" disabled=${!isFiltered} onClick=${() => change({ ...DEFAULTS, limit })}>Show all</button></div>
    </search>
    <${PagedList} pages=${pages} results=${withoutStaleResults(pages)} name="events" label="Audit log pages" title="Couldn't load the audit log." rows=${10} limit=${limit} change=${change}
        empty=${html`<${NoEvents} hasNext=${pages.hasNext} isFiltered=${isFiltered} />`}>
      ${(events) => html`<${EventLog} events=${events} expanded=${action === "admin.viewed"} />`}
    <//>
  <//>`;
}

function AccountFilter({ values: { user, who }, change }) {
  const form = useForm(async ({ email }) => {
    const text = email.trim();
    if (!text.includes("@")) return change({ user: text, who: "" });
    const { users: [found] } = await get("/v1/admin/users", { email: text });
    if (!found) throw Object.assign(new Error(), { errors: [{ field: "email", message: "No account has this e-mail. Find deleted accounts by ID." }] });
    change({ user: found.id, who: found.email });
  });
  return html`<form class="account-filter" ...${form.attributes}>
    <div class="row find">
      <${Field} label="Account" name="email" id="filter-account" autocomplete="off" spellcheck=${false} defaultValue=${who || user} placeholder="Any e-mail or ID" error=${form.errors.email} />
      <button class="button" data-busy=${form.busy}>Find</button>
    </div>
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} />`}
  </form>`;
}

/**
 * A page can be empty before the last one: the API scans a limited number of events per request.
 */
function NoEvents({ hasNext, isFiltered }) {
  if (hasNext) return html`<${EmptyState} title="No matching events so far"><p>Older events may match. Select “Next” to continue the search.</p><//>`;
  return html`<${EmptyState} title=${isFiltered ? "No matching events" : "No events yet"}><p>${isFiltered ? "Try other dates, another action or another account." : "Events of all accounts appear here."}</p><//>`;
}
