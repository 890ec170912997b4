// The elements that the first paint and the pages share: icons, form controls and components that
// load on demand.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";

// ---- Icons, 24 by 24, in the colour of the text

const ICONS = {
  watchlist: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 6v12",
  favourites: "M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4a4.2 4.2 0 0 1 7.5 2.6c0 5.4-7.5 10-7.5 10z",
  activity: "M5 5v14M5 7h4M5 12h10M5 17h7",
  health: "M3 12h4l2.5-6 4 12 2.5-6H21",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  admin: "M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  dark: "M20 14a8 8 0 0 1-10-10 8 8 0 1 0 10 10z",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  close: "M6 6l12 12M18 6L6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  refresh: "M20 11a8 8 0 0 0-14-4.5L4 9M4 4v5h5M4 13a8 8 0 0 0 14 4.5L20 15M20 20v-5h-5",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  signOut: "M10 4H5v16h5M9 12h11M16 8l4 4-4 4",
  add: "M12 5v14M5 12h14",
  chart: "M4 19h16M5 15l4-5 4 3 6-8",
  check: "M5 12.5l4.5 4.5L19 7.5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${ICONS[name]} /></svg>`;
}

// ---- Components that load on demand

export const LOAD_FAILED = "This could not be loaded. Check your connection, or reload to get the latest version.";

/** Takes the place of something that did not load or broke, and offers a reload. */
export function LoadFailure({ text = LOAD_FAILED, problem }) {
  return html`<p class="notice" role="alert">${problem?.message ?? text} <button type="button" class="link" onClick=${() => location.reload()}>Reload</button></p>`;
}

/** Returns a component that loads its module when it is first rendered. */
export function lazy(load, name = "default") {
  return function Lazy(props) {
    const [Component, setComponent] = useState(null);
    useEffect(() => {
      load().then((module) => module[name], () => LoadFailure).then((loaded) => setComponent(() => loaded));
    }, []);
    return Component && html`<${Component} ...${props} />`;
  };
}

// ---- Forms

const INITIAL = { busy: false, errors: {}, problem: null };

/**
 * Returns the state of a form that sends its fields with `send(values, form)`. `errors` holds the
 * browser's and the API's messages by field, `problem` is an error of the whole form. `retry` is
 * defined for errors that another attempt may resolve.
 */
export function useForm(send) {
  const form = useRef(null);
  const [state, setState] = useState(INITIAL);
  useEffect(() => {
    form.current?.querySelector("[aria-invalid=true]")?.focus();
  }, [state.errors]);
  const onSubmit = async (event) => {
    event.preventDefault();
    if (state.busy) return;
    const invalid = [...form.current.elements].filter((field) => field.name && !field.validity.valid);
    if (invalid.length > 0) {
      const errors = Object.fromEntries(invalid.map((field) => [field.name, field.validationMessage]));
      return setState({ ...INITIAL, errors });
    }
    setState({ ...INITIAL, busy: true });
    try {
      await send(Object.fromEntries(new FormData(form.current)), form.current);
      setState(INITIAL);
    } catch (problem) {
      setState({ busy: false, ...byField(problem, form.current) });
    }
  };
  const canRetry = state.problem && (state.problem.code === "NETWORK" || state.problem.retryAfter > 0);
  const retry = canRetry ? () => form.current.requestSubmit() : undefined;
  return { ...state, retry, clear: () => setState(INITIAL), attributes: { ref: form, onSubmit, noValidate: true } };
}

/**
 * Moves the errors of fields that are in the form out of a problem, which is null when none
 * remains.
 */
function byField(problem, form) {
  const own = (problem.errors ?? []).filter(({ field }) => form?.elements.namedItem(field));
  const errors = Object.fromEntries(own.map(({ field, message }) => [field, message]));
  if (own.length > 0) problem.errors = problem.errors.filter((error) => !own.includes(error));
  return { errors, problem: own.length > 0 && problem.errors.length === 0 ? null : problem };
}

/** A labelled input with its hint and its error. Other properties go to the input. */
export function Field({ label, hint, error, name, id = `field-${name}`, ...rest }) {
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${name} aria-invalid=${error ? "true" : null} aria-describedby=${describedBy || null} ...${rest} />
    ${error && html`<p class="field-error" id="${id}-error">${error}</p>`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}

/** The button that submits a form. `kind` is `primary` or `danger`. */
export function SubmitButton({ busy, kind = "primary", children, ...rest }) {
  return html`<button class="button ${kind}" aria-disabled=${busy ? "true" : null} data-busy=${busy} ...${rest}>${children}</button>`;
}
