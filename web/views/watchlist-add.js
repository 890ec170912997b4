// The line at the top of the watchlist that adds a title. A try that got no answer is repeated with the same idempotency key, so
// that it adds one title however often it takes.
import { html, useRef } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, Submit, useForm } from "../app/app.js";
import { Choice } from "../app/filter.js";
import { Problem } from "../app/problem.js";
import { toast } from "../app/toast.js";

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
    toast(`${title.trim()} is on the list.`);
    onAdded();
  });
  return html`<form class="card add" aria-label="Add to the list" ...${form.attributes}>
    <div class="row">
      <${Field} label="Title" name="title" required maxlength="255" autocomplete="off" placeholder="What do you want to see?" error=${form.errors.title} />
      <${Choice} name="type" label="Kind" options=${{ movie: "Movie", show: "Show" }} initial="movie" />
      <${Submit} busy=${form.busy}>Add<//>
    </div>
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} />`}
  </form>`;
}
