// Dialogs: the browser's own <dialog>, which keeps the focus inside, closes on Escape and gives the focus back.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./app.js";
import { Problem } from "./problem.js";

/** Open as long as it is rendered; `onClose` is asked to stop rendering it. */
export function Dialog({ title, onClose, children, wide }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element.showModal();
    return () => {
      element.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  const onCancel = (event) => {
    event.preventDefault();
    onClose();
  };
  const onBackdrop = (event) => event.target === dialog.current && onClose();
  return html`<dialog ref=${dialog} class=${wide ? "wide" : null} aria-labelledby="dialog-title" onCancel=${onCancel} onMouseDown=${onBackdrop}>
    <div class="dialog-body">
      <div class="dialog-head"><h2 id="dialog-title">${title}</h2><button type="button" class="icon-button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button></div>
      ${children}
    </div>
  </dialog>`;
}

/** Asks before something that cannot be taken back. `act` does it; what goes wrong is shown here. */
export function Confirm({ title, action, act, onClose, children }) {
  const [state, set] = useState({ busy: false, problem: null });
  const go = async () => {
    if (state.busy) return;
    set({ busy: true, problem: null });
    try {
      await act();
      onClose();
    } catch (problem) {
      set({ busy: false, problem });
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}
    ${state.problem && html`<${Problem} problem=${state.problem} />`}
    <div class="dialog-foot">
      <button type="button" class="button" onClick=${onClose}>Cancel</button>
      <button type="button" class="button danger" data-busy=${state.busy} aria-disabled=${state.busy ? "true" : null} onClick=${go}>${action}</button>
    </div>
  <//>`;
}
