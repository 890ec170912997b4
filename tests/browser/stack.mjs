// The addresses of the running stack.

/** The API and the console. */
export const API = process.env.API ?? `http://127.0.0.1:${process.env.API_PORT ?? 9000}`;
/** The local catalogue with its control routes. */
export const CATALOG = process.env.CATALOG ?? `http://127.0.0.1:${process.env.CATALOG_PORT ?? 9004}`;
