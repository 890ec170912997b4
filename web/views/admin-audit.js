// The audit log: everything that anybody did, narrowed by action, account and days; and the events as administrators read them
// here and elsewhere: a line for each below its day, which opens to all that is known of it.
import { html } from "../vendor/preact.js";
import { read, withQuery } from "../app/api.js";
import { Field, Icon, useForm } from "../app/app.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { Copy, Problem } from "../app/problem.js";
import { ACTIONS, downloadCsv, EventFilter, instants, TARGETS } from "./audit-events.js";

const PATH = "/v1/admin/audit";
const DEFAULTS = { user: "", who: "", action: "", from: "", to: "", limit: "25" };
const OUTCOMES = { success: { word: "succeeded", icon: "check" }, failure: { word: "failed", icon: "close" }, denied: { word: "refused", icon: "warning" } };
const PAGES = { account: "admin/users", watchlist: "admin/users", audit_trail: "admin/users", customer: "favourites" };

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** `user` is the account's id, which the API takes, and `who` its address, which people know. */
export default function Audit({ query }) {
  const [values, change] = useAddress("admin/audit", query, DEFAULTS);
  const { user, action, limit } = values;
  const { from, to } = instants(values);
  const wanted = { user_id: user, action, from, to };
  const pages = usePages((cursor, signal) => read(PATH, { ...wanted, limit, cursor }, signal), [user, action, from, to, limit]);
  // What was found before says nothing about a search that was refused.
  const shown = pages.problem?.status === 422 ? { problem: pages.problem, data: null } : pages;
  const isFiltered = Boolean(user || action || from || to);
  return html`<${Page} title="Audit log" intro="Every sign-in, change and refusal, of everybody. An event shows a second or two after it happened."
      actions=${html`<button type="button" class="button" onClick=${() => downloadCsv(withQuery(PATH, { ...wanted, limit: 100 }), "audit.csv")}><${Icon} name="download" /> CSV</button>
        <button type="button" class="button" onClick=${pages.reload}><${Icon} name="refresh" /> Read again</button>`}>
    <search>
      <${WhoFilter} key=${user} values=${values} change=${change} />
      <div class="row filters"><${EventFilter} values=${values} change=${change} />
        <button type="button" class="button" disabled=${!isFiltered} onClick=${() => change({ ...DEFAULTS, limit })}>Show all</button></div>
    </search>
    <${Loaded} from=${shown} title="The log could not be read." skeleton=${html`<${Skeleton} rows=${10} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventLog} events=${events} isUnfolded=${action === "admin.viewed"} />` : html`<${Nothing} hasNext=${pages.hasNext} isFiltered=${isFiltered} />`)}
    <//>
    ${shown.data && html`<${Pager} label="Pages of the log" pages=${pages} count=${pages.data.events.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
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
  return html`<form class="who-filter" ...${form.attributes}>
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

/** The events, newest first as they come; `heading` is the level of the days' headings; `isUnfolded` shows every look in a line of its own. */
export function EventLog({ events, heading = "h2", isUnfolded }) {
  const days = Map.groupBy(events, ({ at }) => day.format(new Date(at)));
  return [...days].map(([name, all]) => html`<section key=${name} class="log-day">
    <${heading} class="log-head">${name}<//>
    <ol class="log">${(isUnfolded ? all.map((event) => [event]) : folded(all)).map((run) => html`<li key=${run[0].id}>${run.length > 2 ? html`<${Run} events=${run} />` : run.map((event) => html`<${Event} key=${event.id} event=${event} />`)}</li>`)}</ol>
  </section>`);
}

/** Whatever an administrator looks at is an event: a row of them is one line, so that the others can be found between them. */
function folded(events) {
  const runs = [];
  for (const event of events) {
    const before = runs.at(-1)?.[0];
    const isAlike = before?.action === "admin.viewed" && event.action === before.action && event.actor.id === before.actor.id;
    if (isAlike) runs.at(-1).push(event);
    else runs.push([event]);
  }
  return runs;
}

function Run({ events }) {
  const seen = [...new Set(events.map(({ target }) => TARGETS[target.type] ?? target.type))].join(", ");
  return html`<details>
    <${Line} event=${events[0]} count=${events.length} about=${html`<span class="faint">${seen}</span>`} />
    <ol class="log-run">${events.map((event) => html`<li key=${event.id}><${Event} event=${event} /></li>`)}</ol>
  </details>`;
}

function Event({ event }) {
  return html`<details><${Line} event=${event} about=${about(event)} /><${Facts} event=${event} /></details>`;
}

const outcomeOf = ({ outcome }) => OUTCOMES[outcome] ?? { word: outcome, icon: "warning" };

function Line({ event, about, count }) {
  const { action, at, outcome } = event;
  const { word, icon } = outcomeOf(event);
  return html`<summary data-outcome=${outcome}>
    <time class="log-time figures" datetime=${at}>${clock.format(new Date(at))}</time>
    <span class="log-what"><${Icon} name=${icon} /> <b>${ACTIONS[action] ?? action}</b> ${count && html`<span class="pill">${count} times</span> `}<span class=${outcome === "success" ? "hidden" : "pill bad"}>${word}</span></span>
    <span class="log-who">${actorName(event)}</span>
    <span class="log-about">${about}</span>
    <span class="log-open"><${Icon} name="next" /></span>
  </summary>`;
}

/** Who did it, as far as anybody knows. */
export function actorName({ action, actor }) {
  if (actor.email) return actor.email;
  if (actor.id) return `account ${shortened(actor.id)}`;
  return action === "admin.promoted" ? "who runs the service" : "nobody known";
}

function about({ changes, target, actor }) {
  const all = changesOf(changes);
  if (all.length > 0) return all.map(([name, value]) => html`<span key=${name} class="change"><span class="faint">${name}</span> <bdi>${value}</bdi></span> `);
  if (target.id && target.id === actor.id) return html`<span class="faint">the own ${TARGETS[target.type]}</span>`;
  return html`<span class="faint">${TARGETS[target.type] ?? target.type} ${target.type === "route" ? target.id : target.id && shortened(target.id)}</span>`;
}

function Facts({ event }) {
  const { id, at, action, actor, target, changes, request_id: requestId } = event;
  const page = target.id && PAGES[target.type];
  return html`<dl class="facts log-facts">
    <dt>Action</dt><dd><code>${action}</code> ${outcomeOf(event).word}</dd>
    <dt>When</dt><dd><code>${at}</code></dd>
    <dt>Who</dt><dd>${actor.id ? html`<a href="#/admin/users/${encodeURIComponent(actor.id)}">${actor.email ?? "account"}</a> <code class="faint">${actor.id}</code>` : (actor.email ?? "nobody known")}</dd>
    ${(actor.ip || actor.user_agent) && html`<dt>From</dt><dd>${actor.ip} <bdi class="faint">${actor.user_agent}</bdi></dd>`}
    <dt>About</dt><dd>${page ? html`<a href="#/${page}/${encodeURIComponent(target.id)}">${TARGETS[target.type]}</a>` : (TARGETS[target.type] ?? target.type)} ${target.id && html`<code class="faint">${target.id}</code>`}</dd>
    ${changesOf(changes).map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>`)}
    ${requestId && html`<dt>Request</dt><dd class="log-id"><code>${requestId}</code><${Copy} text=${requestId} label="Copy the request id" /></dd>`}
    <dt>Event</dt><dd class="log-id"><code>${id}</code></dd>
  </dl>`;
}

const changesOf = (changes) => Object.entries(changes ?? {}).map(([name, value]) => [name.replaceAll("_", " "), { true: "yes", false: "no" }[value] ?? String(value)]);

/** The end of an id, since the beginning of all that were made at the same time is the same. */
const shortened = (id) => `…${id.slice(-6)}`;
