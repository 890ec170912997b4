// What others wrote and what an address says, before it is passed on.

/** Whether it can be an id. What cannot, such as `..`, would lead a request to another place, so nothing is asked about it. */
export const isId = (text) => /^[\w-]+$/.test(text);

/** A text of others for the middle of a sentence of ours without elements: what is not plain Latin cannot turn the sentence round. */
export const isolated = (text) => (/[^\0-\u058f]/.test(text) ? `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069` : text);
