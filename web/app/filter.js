// What a list is narrowed by: choices that show all there is, and their place in the address.
import { html } from "../vendor/preact.js";

/** Radio buttons that look like one switch. With `value` it is controlled, with `initial` the form reads it. */
export function Choice({ name, label, options, value, initial, onChange, id = "choice" }) {
  return html`<fieldset class="choice"><legend class="hidden">${label}</legend>${Object.entries(options).map(([option, text]) => html`<label key=${option}>
    <input type="radio" name=${onChange ? `${id}-${name}` : name} value=${option} checked=${onChange ? option === value : undefined}
      defaultChecked=${onChange ? undefined : option === initial} onChange=${onChange && (() => onChange(option))} /><span>${text}</span></label>`)}</fieldset>`;
}

/** The values of `defaults` as the address has them, and a function that changes some; what is as usual is left out of it. */
export function useAddress(path, query, defaults) {
  const values = Object.fromEntries(Object.entries(defaults).map(([name, usual]) => [name, query.get(name) ?? usual]));
  const change = (some) => {
    const given = Object.entries({ ...values, ...some }).filter(([name, value]) => value !== defaults[name]);
    const text = new URLSearchParams(given).toString();
    location.hash = `#/${path}${text && `?${text}`}`;
  };
  return [values, change];
}
