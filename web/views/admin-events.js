// The audit trail as administrators read it: a line for each event below its day, which opens to all that is known of it.
import { html } from "../vendor/preact.js";
import { Icon } from "../app/app.js";
import { Copy } from "../app/problem.js";
import { ACTIONS } from "./audit-events.js";

const OUTCOMES = { success: { word: "succeeded", icon: "check" }, failure: { word: "failed", icon: "close" }, denied: { word: "refused", icon: "warning" } };
const TARGETS = { account: "account", accounts: "the accounts", session: "session", item: "title", watchlist: "watchlist", customer: "customer", customers: "the customers", audit_trail: "audit trail", stats: "the totals", route: "route" };
const PAGES = { account: "admin/users", watchlist: "admin/users", audit_trail: "admin/users", customer: "favourites" };

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** The events, newest first as they come; `heading` is the level of the days' headings. */
export function EventLog({ events, heading = "h2" }) {
  const days = Map.groupBy(events, ({ at }) => day.format(new Date(at)));
  return [...days].map(([name, all]) => html`<section key=${name} class="log-day">
    <${heading} class="log-head">${name}<//>
    <ol class="log">${all.map((event) => html`<li key=${event.id}><${Event} event=${event} /></li>`)}</ol>
  </section>`);
}

function Event({ event }) {
  const { action, at, outcome } = event;
  const { word, icon } = OUTCOMES[outcome] ?? { word: outcome, icon: "warning" };
  return html`<details>
    <summary data-outcome=${outcome}>
      <time class="log-time figures" datetime=${at}>${clock.format(new Date(at))}</time>
      <span class="log-what"><${Icon} name=${icon} /> <b>${ACTIONS[action] ?? action}</b> <span class=${outcome === "success" ? "hidden" : "pill bad"}>${word}</span></span>
      <span class="log-who">${actorName(event)}</span>
      <span class="log-about">${about(event)}</span>
      <span class="log-open"><${Icon} name="next" /></span>
    </summary>
    <${Facts} event=${event} word=${word} />
  </details>`;
}

/** Who did it, as far as anybody knows. */
export function actorName({ action, actor }) {
  if (actor.email) return actor.email;
  if (actor.id) return `account ${shortened(actor.id)}`;
  return action === "admin.promoted" ? "who runs the service" : "nobody known";
}

function about({ changes, target, actor }) {
  const all = changesOf(changes);
  if (all.length > 0) return all.map(([name, value]) => html`<span key=${name} class="change"><span class="faint">${name}</span> ${value}</span> `);
  if (target.id && target.id === actor.id) return html`<span class="faint">the own ${TARGETS[target.type]}</span>`;
  return html`<span class="faint">${TARGETS[target.type] ?? target.type} ${target.type === "route" ? target.id : target.id && shortened(target.id)}</span>`;
}

function Facts({ event: { id, at, action, actor, target, changes, request_id: requestId }, word }) {
  const page = target.id && PAGES[target.type];
  return html`<dl class="facts log-facts">
    <dt>Action</dt><dd><code>${action}</code> ${word}</dd>
    <dt>When</dt><dd><code>${at}</code></dd>
    <dt>Who</dt><dd>${actor.id ? html`<a href="#/admin/users/${actor.id}">${actor.email ?? "account"}</a> <code class="faint">${actor.id}</code>` : (actor.email ?? "nobody known")}</dd>
    ${(actor.ip || actor.user_agent) && html`<dt>From</dt><dd>${actor.ip} <span class="faint">${actor.user_agent}</span></dd>`}
    <dt>About</dt><dd>${page ? html`<a href="#/${page}/${target.id}">${TARGETS[target.type]}</a>` : (TARGETS[target.type] ?? target.type)} ${target.id && html`<code class="faint">${target.id}</code>`}</dd>
    ${changesOf(changes).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
    ${requestId && html`<dt>Request</dt><dd class="log-id"><code>${requestId}</code><${Copy} text=${requestId} label="Copy the request id" /></dd>`}
    <dt>Event</dt><dd class="log-id"><code>${id}</code></dd>
  </dl>`;
}

const changesOf = (changes) => Object.entries(changes ?? {}).map(([name, value]) => [name.replaceAll("_", " "), { true: "yes", false: "no" }[value] ?? String(value)]);

/** The end of an id, since the beginning of all that were made at the same time is the same. */
const shortened = (id) => `…${id.slice(-6)}`;
