// The watchlist page. The filter, the order and the page size are in the address, so they survive a
// reload and Back.
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, get } from "../app/api.js";
import { Field, Icon, SubmitButton, useForm } from "../app/elements.js";
import { PagedList, SegmentedControl, useIdempotencyKey, usePages, useQueryState } from "../app/load.js";
import { ChangeProblem, EmptyState, Page, Problem, Time } from "../app/page.js";
import { CacheState, Quotas } from "../app/request-bar.js";
import { toast, useDeferredRemoval } from "../app/toast.js";

const FILTERS = { "": "All", movie: "Movies", show: "Shows" };
const TYPES = { movie: "Movie", show: "Show" };
const ORDERS = { created_at_desc: "Newest first", created_at_asc: "Oldest first" };
const POLICIES = { "watchlists:list": "Reads", "watchlists:write": "Writes" };

export default function Watchlist({ query }) {
  const [{ type, sort, limit }, change] = useQueryState("watchlist", query, { type: "", sort: "created_at_desc", limit: "10" });
  const load = (cursor, signal) => get("/v1/watchlists", { type, sort, limit, cursor }, signal);
  const pages = usePages(load, [type, sort, limit]);
  const remove = useCallback((item, { keepalive } = {}) => call("DELETE", itemPath(item.id), { keepalive }), []);
  const removal = useDeferredRemoval({ remove, nameOf: ({ title }) => title, onRemoved: pages.reload });
  const onAdded = () => (pages.number === 1 ? pages.reload() : pages.first());
  const onChanged = (item) => pages.replace((page) => ({ ...page, watchlist: page.watchlist.map((one) => (one.id === item.id ? item : one)) }));

  return html`<${Page} title="Watchlist" intro="Movies and shows you want to watch.">
    <${AddForm} onAdded=${onAdded} />
    <div class="toolbar">
      <${SegmentedControl} name="type" label="Filter" options=${FILTERS} value=${type} onChange=${(value) => change({ type: value })} />
      <label class="inline"><span class="hidden">Order</span><select value=${sort} onChange=${(event) => change({ sort: event.target.value })}>
        ${Object.entries(ORDERS).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select></label>
      <div class="gauges push"><${CacheState} path="/v1/watchlists" /><${Quotas} policies=${POLICIES} /></div>
    </div>
    <${PagedList} pages=${pages} name="watchlist" label="Watchlist pages" title="Couldn't load your watchlist." rows=${6} limit=${limit} change=${change}>
      ${(watchlist) => {
        const visible = watchlist.filter(({ id }) => !removal.isPending(id));
        if (visible.length === 0) return html`<${NoItems} type=${type} isFirst=${pages.number === 1} />`;
        return html`<ul class="items">${visible.map((item) => html`<${Item} key=${item.id} item=${item} onChanged=${onChanged} onGone=${pages.reload} onRemove=${() => removal.begin(item)} />`)}</ul>`;
      }}
    <//>
  <//>`;
}

const itemPath = (id) => `/v1/watchlists/items/${encodeURIComponent(id)}`;

function NoItems({ type, isFirst }) {
  if (!isFirst) return html`<${EmptyState} title="This page is empty"><p>Go back to the previous page.</p><//>`;
  if (type) return html`<${EmptyState} title=${`No ${FILTERS[type].toLowerCase()} yet`}><p>Your other titles are under “All”.</p><//>`;
  return html`<${EmptyState} title="Your watchlist is empty"><p>Add the first movie or show above.</p><//>`;
}

function AddForm({ onAdded }) {
  const idempotency = useIdempotencyKey();
  const form = useForm(async ({ title, type }, element) => {
    const body = { title, type };
    await call("POST", "/v1/watchlists/items", { body, headers: idempotency.headersFor(body) });
    idempotency.reset();
    element.elements.title.value = "";
    element.elements.title.focus();
    toast(html`Added <bdi>${title.trim()}</bdi>`);
    onAdded();
  });
  return html`<form class="card add" aria-label="Add a title" ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" dir="auto" required autocomplete="off" placeholder="What do you want to watch?" error=${form.errors.title} />
      <${SegmentedControl} name="type" label="Type" options=${TYPES} initial="movie" />
      <${SubmitButton} busy=${form.busy}>Add<//>
    </div>
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} />`}
  </form>`;
}

function Item({ item, onChanged, onGone, onRemove }) {
  const [isEditing, setIsEditing] = useState(false);
  const editButton = useRef(null);
  const stopEditing = () => {
    setIsEditing(false);
    requestAnimationFrame(() => editButton.current?.focus());
  };
  const onSaved = (saved) => {
    onChanged(saved);
    stopEditing();
    toast(html`Saved <bdi>${saved.title}</bdi>`);
  };
  if (isEditing) return html`<li class="item editing"><${EditForm} item=${item} onSaved=${onSaved} onLoaded=${onChanged} onGone=${onGone} onCancel=${stopEditing} /></li>`;
  return html`<li class="item">
    <span class="stub" data-type=${item.type}>${TYPES[item.type]}</span>
    <span class="item-title" dir="auto">${item.title}</span>
    <span class="item-time"><${Time} at=${item.created_at} relative /></span>
    <span class="item-actions">
      <button type="button" class="icon-button" ref=${editButton} title="Edit" aria-label=${`Edit ${item.title}`} onClick=${() => setIsEditing(true)}><${Icon} name="edit" /></button>
      <button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${item.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>
    </span>
  </li>`;
}

/**
 * Loads the latest version for its `ETag`, which the API compares: a concurrent change is not
 * overwritten.
 */
function EditForm({ item, onSaved, onLoaded, onGone, onCancel }) {
  const [latest, setLatest] = useState({ item, etag: null, problem: null });
  const { id } = item;
  const path = itemPath(id);
  const load = async () => {
    try {
      const { data, headers } = await call("GET", path);
      setLatest({ item: data.item, etag: headers.get("etag"), problem: null });
      onLoaded(data.item);
    } catch (problem) {
      setLatest((previous) => ({ ...previous, problem }));
    }
  };
  const form = useForm(async ({ title, type }) => {
    const headers = latest.etag ? { "if-match": latest.etag } : {};
    const { data } = await call("PATCH", path, { body: { title, type }, headers });
    onSaved(data.item);
  });
  useEffect(() => {
    load();
  }, []);
  // The form is reset only when the loaded version differs, so text typed meanwhile remains.
  const version = `${latest.item.type} ${latest.item.title}`;
  useEffect(() => {
    document.getElementById(`title-${id}`)?.focus();
  }, [version]);
  const reload = () => {
    form.clear();
    load();
  };
  const problem = form.problem ?? latest.problem;
  const onKeyDown = (event) => event.key === "Escape" && onCancel();
  return html`<form class="editor" aria-label=${`Edit ${item.title}`} onKeyDown=${onKeyDown} key=${version} ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" id="title-${id}" dir="auto" required autocomplete="off" defaultValue=${latest.item.title} error=${form.errors.title} />
      <${SegmentedControl} name="type" label="Type" options=${TYPES} initial=${latest.item.type} id=${id} />
      <${SubmitButton} busy=${form.busy}>Save<//>
      <button type="button" class="button" onClick=${onCancel}>Cancel</button>
    </div>
    ${problem && html`<${ChangeProblem} problem=${problem} retry=${form.problem ? form.retry : load} what="title" reload=${reload} leave=${onGone} />`}
  </form>`;
}
