// The watchlist: adding, changing, removing, and the way through it. The filter, the order and the size of a page are in the
// address, so that a reload and the way back keep them.
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Field, Icon, Submit, useForm } from "../app/app.js";
import { Budgets, CacheState } from "../app/exchanges.js";
import { Choice, Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { ChangeProblem, Problem } from "../app/problem.js";
import { toast, useDeferredRemoval } from "../app/toast.js";
import { isolated } from "./foreign.js";

const TYPES = { "": "All", movie: "Movies", show: "Shows" };
const ORDERS = { created_at_desc: "Newest first", created_at_asc: "Oldest first" };
const POLICIES = { "watchlists:list": "Reads", "watchlists:write": "Writes" };

export default function Watchlist({ query }) {
  const [{ type, sort, limit }, change] = useAddress("watchlist", query, { type: "", sort: "created_at_desc", limit: "10" });
  const page = (cursor, signal) => read("/v1/watchlists", { type, sort, limit, cursor }, signal);
  const pages = usePages(page, [type, sort, limit]);
  const remove = useCallback((item, { keepalive } = {}) => call("DELETE", `/v1/watchlists/items/${encodeURIComponent(item.id)}`, { keepalive }), []);
  const removal = useDeferredRemoval({ remove, nameOf: (item) => isolated(item.title), done: pages.reload });
  const added = () => (pages.number === 1 ? pages.reload() : pages.first());
  const changed = (item) => pages.replace((page) => ({ ...page, watchlist: page.watchlist.map((one) => (one.id === item.id ? item : one)) }));

  return html`<${Page} title="Watchlist" intro="Movies and shows you mean to see.">
    <${AddItem} onAdded=${added} />
    <div class="toolbar">
      <${Choice} name="type" label="Show" options=${TYPES} value=${type} onChange=${(value) => change({ type: value })} />
      <label class="inline"><span class="hidden">Order</span><select value=${sort} onChange=${(event) => change({ sort: event.target.value })}>
        ${Object.entries(ORDERS).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select></label>
      <div class="gauges push"><${CacheState} path="/v1/watchlists" /><${Budgets} policies=${POLICIES} /></div>
    </div>
    <${Loaded} from=${pages} title="The list could not be read." skeleton=${html`<${Skeleton} rows=${6} />`}>
      ${({ watchlist }) => {
        const shown = watchlist.filter(({ id }) => !removal.isPending(id));
        if (shown.length === 0) return html`<${Nothing} type=${type} isFirst=${pages.number === 1} />`;
        return html`<ul class="items">${shown.map((item) => html`<${Item} key=${item.id} item=${item} onChanged=${changed} onGone=${pages.reload} onRemove=${() => removal.begin(item)} />`)}</ul>`;
      }}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the watchlist" pages=${pages} count=${pages.data.watchlist.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}

function Nothing({ type, isFirst }) {
  if (!isFirst) return html`<${Empty} title="Nothing is left on this page"><p>Go back to the one before.</p><//>`;
  if (type) return html`<${Empty} title=${`No ${TYPES[type].toLowerCase()} yet`}><p>Your other titles are under “All”.</p><//>`;
  return html`<${Empty} title="Your list starts here"><p>Somebody just told you about a film? Write it down above before it is forgotten.</p><//>`;
}

/** A try without an answer is repeated with the same idempotency key, so that it adds one title however often it takes. */
export function AddItem({ onAdded }) {
  const attempt = useRef(null);
  const form = useForm(async ({ title, type }, element) => {
    const body = { title, type };
    const text = JSON.stringify(body);
    if (attempt.current?.text !== text) attempt.current = { text, key: crypto.randomUUID() };
    await call("POST", "/v1/watchlists/items", { body, headers: { "idempotency-key": attempt.current.key } });
    attempt.current = null;
    element.elements.title.value = "";
    element.elements.title.focus();
    toast(`${isolated(title.trim())} is on the list.`);
    onAdded();
  });
  return html`<form class="card add" aria-label="Add to the list" ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" dir="auto" required autocomplete="off" placeholder="What do you want to see?" error=${form.errors.title} />
      <${Choice} name="type" label="Kind" options=${{ movie: "Movie", show: "Show" }} initial="movie" />
      <${Submit} busy=${form.busy}>Add<//>
    </div>
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} />`}
  </form>`;
}

const KINDS = { movie: "Movie", show: "Show" };

export function Item({ item, onChanged, onGone, onRemove }) {
  const [isEditing, edit] = useState(false);
  const button = useRef(null);
  const stop = () => {
    edit(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const changed = (now) => {
    onChanged(now);
    stop();
    toast(`${isolated(now.title)} is saved.`);
  };
  if (isEditing) return html`<li class="item editing"><${Editor} id=${item.id} before=${item} onChanged=${changed} onGone=${onGone} onCancel=${stop} onSeen=${onChanged} /></li>`;
  return html`<li class="item">
    <span class="stub" data-kind=${item.type}>${KINDS[item.type]}</span>
    <span class="item-title" dir="auto">${item.title}</span>
    <span class="item-when"><${Time} at=${item.created_at} relative /></span>
    <span class="item-actions">
      <button type="button" class="icon-button" ref=${button} title="Edit" aria-label=${`Edit ${item.title}`} onClick=${() => edit(true)}><${Icon} name="edit" /></button>
      <button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${item.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>
    </span>
  </li>`;
}

/** Sends the version that was read when editing began: what somebody else changed meanwhile is not overwritten. */
function Editor({ id, before, onChanged, onGone, onCancel, onSeen }) {
  const [seen, setSeen] = useState({ item: before, etag: null, problem: null });
  const path = `/v1/watchlists/items/${encodeURIComponent(id)}`;
  const load = async () => {
    try {
      const { data, headers } = await call("GET", path);
      setSeen({ item: data.item, etag: headers.get("etag"), problem: null });
      onSeen(data.item);
    } catch (problem) {
      setSeen((old) => ({ ...old, problem }));
    }
  };
  const form = useForm(async ({ title, type }) => {
    const headers = seen.etag ? { "if-match": seen.etag } : {};
    const { data } = await call("PATCH", path, { body: { title, type }, headers });
    onChanged(data.item);
  });
  useEffect(() => {
    load();
  }, []);
  // The form begins anew only when the title is not as it was shown: what was typed while it was being read stays.
  const shown = `${seen.item.type} ${seen.item.title}`;
  useEffect(() => {
    document.getElementById(`title-${id}`)?.focus();
  }, [shown]);
  const reload = () => {
    form.clear();
    load();
  };
  const problem = form.problem ?? seen.problem;
  const onKeyDown = (event) => event.key === "Escape" && onCancel();
  return html`<form class="editor" aria-label=${`Edit ${before.title}`} onKeyDown=${onKeyDown} key=${shown} ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" id="title-${id}" dir="auto" required autocomplete="off" defaultValue=${seen.item.title} error=${form.errors.title} />
      <${Choice} name="type" label="Kind" options=${KINDS} initial=${seen.item.type} id=${id} />
      <${Submit} busy=${form.busy}>Save<//>
      <button type="button" class="button" onClick=${onCancel}>Cancel</button>
    </div>
    ${problem && html`<${ChangeProblem} problem=${problem} retry=${form.problem ? form.retry : load} what="This title" reload=${reload} leave=${onGone} />`}
  </form>`;
}
