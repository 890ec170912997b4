// One title of the watchlist, and the form that it becomes when it is changed. The change is sent with the version that was read
// when editing began: if somebody changed the title meanwhile, that is said, and nothing of theirs is lost.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, Icon, Submit, useForm } from "../app/app.js";
import { ChangeProblem } from "../app/conflict.js";
import { Choice } from "../app/filter.js";
import { Time } from "../app/time.js";
import { toast } from "../app/toast.js";

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
    toast(`${now.title} is saved.`);
  };
  if (isEditing) return html`<li class="item editing"><${Editor} id=${item.id} before=${item} onChanged=${changed} onGone=${onGone} onCancel=${stop} onSeen=${onChanged} /></li>`;
  return html`<li class="item">
    <span class="stub" data-kind=${item.type}>${KINDS[item.type]}</span>
    <span class="item-title">${item.title}</span>
    <span class="item-when"><${Time} at=${item.created_at} relative /></span>
    <span class="item-actions">
      <button type="button" class="icon-button" ref=${button} title="Edit" aria-label=${`Edit ${item.title}`} onClick=${() => edit(true)}><${Icon} name="edit" /></button>
      <button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${item.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>
    </span>
  </li>`;
}

function Editor({ id, before, onChanged, onGone, onCancel, onSeen }) {
  const [read, setRead] = useState({ item: before, etag: null, problem: null });
  const path = `/v1/watchlists/items/${id}`;
  const load = async () => {
    try {
      const { data, headers } = await call("GET", path);
      setRead({ item: data.item, etag: headers.get("etag"), problem: null });
      onSeen(data.item);
    } catch (problem) {
      setRead((old) => ({ ...old, problem }));
    }
  };
  const form = useForm(async ({ title, type }) => {
    const headers = read.etag ? { "if-match": read.etag } : {};
    const { data } = await call("PATCH", path, { body: { title, type }, headers });
    onChanged(data.item);
  });
  useEffect(() => {
    load();
  }, []);
  useEffect(() => {
    document.getElementById(`title-${id}`)?.focus();
  }, [read.etag]);
  const problem = form.problem ?? read.problem;
  const onKeyDown = (event) => event.key === "Escape" && onCancel();
  return html`<form class="editor" aria-label=${`Edit ${before.title}`} onKeyDown=${onKeyDown} key=${read.etag} ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" id="title-${id}" required maxlength="255" autocomplete="off" defaultValue=${read.item.title} error=${form.errors.title} />
      <${Choice} name="type" label="Kind" options=${KINDS} initial=${read.item.type} id=${id} />
      <${Submit} busy=${form.busy}>Save<//>
      <button type="button" class="button" onClick=${onCancel}>Cancel</button>
    </div>
    ${problem && html`<${ChangeProblem} problem=${problem} retry=${form.problem ? form.retry : load} what="This title" reload=${load} leave=${onGone} />`}
  </form>`;
}
