// Reading from the API for a page: what is there, what is on its way, what went wrong; and lists: their pages, which follow a cursor,
// and what they are narrowed by.
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./app.js";
import { Problem } from "./problem.js";

/**
 * Runs `read(signal)` now and whenever one of `inputs` changes. Answers `{ data, problem, isLoading, reload, replace }`; while it
 * is read again, the data of before stays.
 */
export function useLoad(read, inputs) {
  const [state, set] = useState({ data: null, problem: null, isLoading: true });
  const running = useRef(null);
  const reload = useCallback(async () => {
    running.current?.abort();
    const controller = (running.current = new AbortController());
    set((before) => ({ ...before, isLoading: true }));
    try {
      const data = await read(controller.signal);
      if (!controller.signal.aborted) set({ data, problem: null, isLoading: false });
    } catch (problem) {
      if (!controller.signal.aborted) set((before) => ({ ...before, problem, isLoading: false }));
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  const replace = (change) => set((before) => ({ ...before, data: change(before.data) }));
  return { ...state, reload, replace };
}

/**
 * Pages of a list. `read(cursor, signal)` answers `{ next_cursor, ... }`; a change of `inputs` begins at the first page. The cursors
 * of the pages before are kept, since the API only knows the way forward.
 */
export function usePages(read, inputs) {
  const [trail, setTrail] = useState({ inputs, cursors: [null] });
  const isSame = trail.inputs.length === inputs.length && trail.inputs.every((value, n) => value === inputs[n]);
  const cursors = isSame ? trail.cursors : [null];
  const cursor = cursors.at(-1);
  const loaded = useLoad((signal) => read(cursor, signal), [...inputs, cursor]);
  const next = () => setTrail({ inputs, cursors: [...cursors, loaded.data.next_cursor] });
  const previous = () => setTrail({ inputs, cursors: cursors.slice(0, -1) });
  const first = () => setTrail({ inputs, cursors: [null] });
  return { ...loaded, number: cursors.length, hasNext: Boolean(loaded.data?.next_cursor), next, previous, first };
}

/** What is loaded: `skeleton` until it is there, the problem with a way to try again, else `children(data)`. */
export function Loaded({ from, skeleton, children, title }) {
  const problem = from.problem && html`<${Problem} problem=${from.problem} retry=${from.reload} title=${title} />`;
  if (from.data === null) return problem || skeleton;
  return html`${problem}<div class="loaded" aria-busy=${from.isLoading ? "true" : "false"}>${children(from.data)}</div>`;
}

const SIZES = [10, 25, 50, 100];

/** `pages` is what usePages answers, `count` how many things are on this one; with `size` and `onSize`, that can be chosen. */
export function Pager({ pages, count, size, onSize, label }) {
  // What fits on the smallest page needs no way through it.
  if (pages.number === 1 && !pages.hasNext && count <= SIZES[0]) return null;
  const isBusy = pages.isLoading;
  return html`<nav class="pager" aria-label=${label}>
    <button type="button" class="button small" disabled=${pages.number === 1} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.previous()}><${Icon} name="previous" /> Previous</button>
    <span class="figures" aria-live="polite">Page ${pages.number}</span>
    <button type="button" class="button small" disabled=${!pages.hasNext} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.next()}>Next <${Icon} name="next" /></button>
    ${onSize && html`<label class="inline">Rows <select value=${String(size)} onChange=${(event) => onSize(Number(event.target.value))}>
      ${SIZES.map((n) => html`<option key=${n} value=${String(n)}>${n}</option>`)}</select></label>`}
  </nav>`;
}

/** Radio buttons that look like one switch. With `value` it is controlled, with `initial` the form reads it. */
export function Choice({ name, label, options, value, initial, onChange, id = "choice" }) {
  return html`<fieldset class="choice"><legend class="hidden">${label}</legend>${Object.entries(options).map(([option, text]) => html`<label key=${option}>
    <input type="radio" name=${onChange ? `${id}-${name}` : name} value=${option} checked=${onChange ? option === value : undefined}
      defaultChecked=${onChange ? undefined : option === initial} onChange=${onChange && (() => onChange(option))} /><span>${text}</span></label>`)}</fieldset>`;
}

/** The values of `defaults` as the address has them, and a function that changes some; what is as usual is left out of it. */
export function useAddress(path, query, defaults) {
  const read = (from) => Object.fromEntries(Object.entries(defaults).map(([name, usual]) => [name, from.get(name) ?? usual]));
  const change = (some) => {
    // As it is now: another value may have changed while this one was found out.
    const now = read(new URLSearchParams(location.hash.split("?")[1]));
    const given = Object.entries({ ...now, ...some }).filter(([name, value]) => value !== defaults[name]);
    const text = new URLSearchParams(given).toString();
    location.hash = `#/${path}${text && `?${text}`}`;
  };
  return [read(query), change];
}
