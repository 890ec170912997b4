// Reading from the API for a page: what is there, what is on its way, what went wrong; and pages that follow a cursor.
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
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
