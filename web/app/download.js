// A table of the API, saved as a file: the request needs the token, so a plain link would not do.
import { call } from "./api.js";
import { toast } from "./toast.js";

/** Asks for `path` as CSV and hands it to the browser under `name`. */
export async function downloadCsv(path, name) {
  try {
    const { data } = await call("GET", path, { accept: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toast(`${name} is saved: the newest 100 of what is shown.`);
  } catch (problem) {
    toast(`The table could not be read. ${problem.message}`, { problem, ms: 10_000 });
  }
}
