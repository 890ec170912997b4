// Removing with a way back: what is removed disappears at once, and is really removed some seconds later, or as soon as somebody
// leaves the page, whichever comes first. A closed window sends it with `keepalive`.
import { useEffect, useRef, useState } from "../vendor/preact.js";
import { beforeSignOut } from "./session.js";
import { toast } from "./toast.js";

const WAIT_MS = 6000;

/** `remove(thing)` removes it for good, `done()` follows when it did. Answers `{ begin(thing), isPending(id) }`. */
export function useDeferredRemoval({ remove, nameOf, done }) {
  const pending = useRef(new Map());
  const isShown = useRef(true);
  const latest = useRef(done);
  latest.current = done;
  const [, renderAgain] = useState(0);
  const render = () => isShown.current && renderAgain((n) => n + 1);

  const finish = async (id) => {
    const entry = pending.current.get(id);
    if (!entry || entry.isSent) return;
    entry.isSent = true;
    entry.close();
    try {
      await remove(entry.thing);
    } catch (problem) {
      if (problem.status !== 404) toast(`${nameOf(entry.thing)} could not be removed. ${problem.message}`, { problem, ms: 10_000 });
    }
    if (isShown.current) await latest.current();
    pending.current.delete(id);
    render();
  };
  const begin = (thing) => {
    const { id } = thing;
    const undo = () => {
      pending.current.delete(id);
      render();
    };
    const entry = { thing, isSent: false };
    entry.close = toast(`${nameOf(thing)} is removed.`, { undo, ended: () => finish(id), ms: WAIT_MS });
    moveFocus();
    pending.current.set(id, entry);
    render();
  };
  useEffect(() => {
    const flush = () => Promise.all([...pending.current.keys()].map(finish));
    const forget = beforeSignOut(flush);
    addEventListener("pagehide", flush);
    return () => {
      isShown.current = false;
      forget();
      removeEventListener("pagehide", flush);
      flush();
    };
  }, []);
  return { begin, isPending: (id) => pending.current.has(id) };
}

/** From the button that is about to disappear to that of the next row, so that the keyboard stays where it was. */
function moveFocus() {
  const row = document.activeElement?.closest("li");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  (neighbour?.querySelector("[title=Remove]") ?? document.querySelector("main h1"))?.focus({ preventScroll: true });
}
