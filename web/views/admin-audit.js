// The audit log: everything that anybody did, narrowed by action, account and days.
import { html } from "../vendor/preact.js";
import { read, withQuery } from "../app/api.js";
import { Field, Icon, useForm } from "../app/app.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { EventLog } from "./admin-events.js";
import { downloadCsv, EventFilter, instants } from "./audit-events.js";

const PATH = "/v1/admin/audit";
const DEFAULTS = { user: "", who: "", action: "", from: "", to: "", limit: "25" };

/** `user` is the account's id, which the API takes, and `who` its address, which people know. */
export default function Audit({ query }) {
  const [values, change] = useAddress("admin/audit", query, DEFAULTS);
  const { user, action, limit } = values;
  const { from, to } = instants(values);
  const wanted = { user_id: user, action, from, to };
  const pages = usePages((cursor, signal) => read(PATH, { ...wanted, limit, cursor }, signal), [user, action, from, to, limit]);
  const isFiltered = Boolean(user || action || from || to);
  return html`<${Page} title="Audit log" intro="Every sign-in, change and refusal, of everybody. An event shows a second or two after it happened."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery(PATH, { ...wanted, limit: 100 }), "audit.csv")}><${Icon} name="download" /> CSV</button>
        <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Read again</button>`}>
    <search class="stack filters">
      <${WhoFilter} key=${user} values=${values} change=${change} />
      <div class="row"><${EventFilter} values=${values} change=${change} />
        <button type="button" class="button" disabled=${!isFiltered} onClick=${() => change({ ...DEFAULTS, limit })}>Show all</button></div>
    </search>
    <${Loaded} from=${pages} title="The log could not be read." skeleton=${html`<${Skeleton} rows=${10} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventLog} events=${events} />` : html`<${Nothing} hasNext=${pages.hasNext} isFiltered=${isFiltered} />`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the log" pages=${pages} count=${pages.data.events.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}

function WhoFilter({ values: { user, who }, change }) {
  const form = useForm(async ({ email }) => {
    const text = email.trim();
    if (!text.includes("@")) return change({ user: text, who: "" });
    const { users: [found] } = await read("/v1/admin/users", { email: text });
    if (!found) throw Object.assign(new Error(), { errors: [{ field: "email", message: "No account has this address. One that was deleted is found by its id." }] });
    change({ user: found.id, who: found.email });
  });
  return html`<form ...${form.attributes}>
    <div class="row find">
      <${Field} label="Account" name="email" id="filter-account" autocomplete="off" spellcheck=${false} defaultValue=${who || user} placeholder="everybody’s, or an e-mail address or id" error=${form.errors.email} />
      <button class="button" data-busy=${form.busy}>Find</button>
    </div>
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} />`}
  </form>`;
}

/** A page may be empty although there are more: the API looks for an action in so many events at a time. */
function Nothing({ hasNext, isFiltered }) {
  if (hasNext) return html`<${Empty} title="Not among the events looked at so far"><p>What was asked for may be further back: “Next” looks on from there.</p><//>`;
  return html`<${Empty} title=${isFiltered ? "Nothing of that kind" : "Nothing yet"}><p>${isFiltered ? "No event matches. Try other days, another action or another account." : "Whatever anybody does shows here."}</p><//>`;
}
