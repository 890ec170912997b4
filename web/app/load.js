// Data from the API: loading it, the pages of a list, and the filters of a list in the address.
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { Field, Icon, useForm } from "./elements.js";
import { EmptyState, Problem, Skeleton } from "./page.js";

/**
 * Runs `load(signal)` on mount and after each change of `inputs`. Returns
 * `{ data, problem, isLoading, reload, replace }`. The previous data remains during a reload.
 */
export function useLoad(load, inputs) {
  const [state, setState] = useState({ data: null, problem: null, isLoading: true });
  const running = useRef(null);
  const reload = useCallback(async () => {
    running.current?.abort();
    const controller = (running.current = new AbortController());
    setState((previous) => ({ ...previous, isLoading: true }));
    try {
      const data = await load(controller.signal);
      if (!controller.signal.aborted) setState({ data, problem: null, isLoading: false });
    } catch (problem) {
      if (!controller.signal.aborted) setState((previous) => ({ ...previous, problem, isLoading: false }));
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  const replace = (change) => setState((previous) => ({ ...previous, data: change(previous.data) }));
  return { ...state, reload, replace };
}

/**
 * Loads the pages of a list with `load(cursor, signal)`, which returns `{ next_cursor, ... }`. A
 * change of `inputs` starts at the first page. The cursors of earlier pages are stored, since the
 * API only has cursors for the next page.
 */
export function usePages(load, inputs) {
  const [trail, setTrail] = useState({ inputs, cursors: [null] });
  const isCurrent = trail.inputs.length === inputs.length && trail.inputs.every((value, n) => value === inputs[n]);
  const cursors = isCurrent ? trail.cursors : [null];
  const cursor = cursors.at(-1);
  const loaded = useLoad((signal) => load(cursor, signal), [...inputs, cursor]);
  const next = () => setTrail({ inputs, cursors: [...cursors, loaded.data.next_cursor] });
  const previous = () => setTrail({ inputs, cursors: cursors.slice(0, -1) });
  const first = () => setTrail({ inputs, cursors: [null] });
  return { ...loaded, number: cursors.length, hasNext: Boolean(loaded.data?.next_cursor), next, previous, first };
}

/** Hides the previous results, which do not match a search that the API rejected as invalid. */
export const withoutStaleResults = (pages) => (pages.problem?.status === 422 ? { problem: pages.problem, data: null } : pages);

/** Renders `children(data)`; until there is data, `skeleton` or the problem with a retry button. */
export function Loaded({ from, skeleton, children, title }) {
  const problem = from.problem && html`<${Problem} problem=${from.problem} retry=${from.reload} title=${title} />`;
  if (from.data === null) return problem || skeleton;
  return html`${problem}<div class="loaded" aria-busy=${from.isLoading ? "true" : "false"}>${children(from.data)}</div>`;
}

/**
 * The pages of a list with its placeholder, error and empty state. `name` is the member of the
 * response with the rows, which are passed to `children`. `results` can replace the data of
 * `pages`.
 */
export function PagedList({ pages, results = pages, name, title, rows, shape, empty, children, ...pager }) {
  return html`<${Loaded} from=${results} title=${title} skeleton=${html`<${Skeleton} rows=${rows} shape=${shape} />`}>
      ${(data) => (data[name].length === 0 && empty) || children(data[name])}
    <//>
    ${results.data && html`<${Pager} pages=${pages} count=${results.data[name].length} ...${pager} />`}`;
}

const SIZES = [10, 25, 50, 100];

/**
 * Navigates the pages of usePages. `count` is the number of rows on this page. `limit` and `change`
 * of useQueryState add a page size.
 */
export function Pager({ pages, count, limit, change, label, children }) {
  if (pages.number === 1 && !pages.hasNext && count <= SIZES[0]) return null;
  const isBusy = pages.isLoading;
  return html`<nav class="pager" aria-label=${label}>
    <button type="button" class="button small" disabled=${pages.number === 1} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.previous()}><${Icon} name="previous" /> Previous</button>
    <span class="figures" aria-live="polite">Page ${pages.number}</span>
    <button type="button" class="button small" disabled=${!pages.hasNext} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.next()}>Next <${Icon} name="next" /></button>
    ${limit && html`<label class="inline">Rows <select value=${limit} onChange=${(event) => change({ limit: event.target.value })}>
      ${SIZES.map((n) => html`<option key=${n} value=${String(n)}>${n}</option>`)}</select></label>`}
    ${children}
  </nav>`;
}

/**
 * Returns `headersFor(body)` and `reset()`. Equal bodies get the same idempotency key until the
 * reset, so that a retry after a lost response has no second effect.
 */
export function useIdempotencyKey() {
  const last = useRef(null);
  const headersFor = (body) => {
    const text = JSON.stringify(body);
    if (last.current?.text !== text) last.current = { text, key: crypto.randomUUID() };
    return { "idempotency-key": last.current.key };
  };
  return { headersFor, reset: () => { last.current = null; } };
}

/** Radio buttons in one row. Controlled with `value`; with `initial` the form reads the choice. */
export function SegmentedControl({ name, label, options, value, initial, onChange, id = "control" }) {
  return html`<fieldset class="segments"><legend class="hidden">${label}</legend>${Object.entries(options).map(([option, text]) => html`<label key=${option}>
    <input type="radio" name=${onChange ? `${id}-${name}` : name} value=${option} checked=${onChange ? option === value : undefined}
      defaultChecked=${onChange ? undefined : option === initial} onChange=${onChange && (() => onChange(option))} /><span>${text}</span></label>`)}</fieldset>`;
}

/**
 * Returns the query parameters named in `defaults`, and a function that updates some of them.
 * Defaults stay out of the address.
 */
export function useQueryState(path, query, defaults) {
  const read = (from) => Object.fromEntries(Object.entries(defaults).map(([name, fallback]) => [name, from.get(name) ?? fallback]));
  const update = (changes) => {
    // From the current address, since another parameter may have changed during a search.
    const current = read(new URLSearchParams(location.hash.split("?")[1]));
    const given = Object.entries({ ...current, ...changes }).filter(([name, value]) => value !== defaults[name]);
    const text = new URLSearchParams(given).toString();
    location.hash = `#/${path}${text && `?${text}`}`;
  };
  return [read(query), update];
}

/** Filters a list by a complete e-mail address. Other properties go to the input. */
export function EmailFilter({ email, change, ...rest }) {
  const form = useForm(({ email: text }) => change({ email: text.trim() }));
  return html`<search><form key=${email} class="row find filters" ...${form.attributes}>
    <${Field} name="email" id="filter-email" autocomplete="off" spellcheck=${false} defaultValue=${email} placeholder="Any e-mail" error=${form.errors.email} ...${rest} />
    <button class="button">Find</button>${email && html`<button type="button" class="button" onClick=${() => change({ email: "" })}>Show all</button>`}
  </form></search>`;
}

export function NoEmailMatch({ what }) {
  return html`<${EmptyState} title="No ${what} has this e-mail"><p>Enter the complete address. Capitals don't matter.</p><//>`;
}
