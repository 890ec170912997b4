// What comes from elsewhere, such as the address, and is passed on.

/** Whether it can be an id. What cannot, such as `..`, would lead a request to another place, so nothing is asked about it. */
export const isId = (text) => /^[\w-]+$/.test(text);
