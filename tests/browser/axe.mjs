// What axe-core has to say about a page, in words.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { settled } from "./support.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Throws with each rule that the page breaks, and where. */
export async function accessible(page, what) {
    // The whole page at once: what a bar at the edge of the window hides can be scrolled to, which axe does not know.
    const window = page.viewportSize();
    await page.setViewportSize({ ...window, height: 4000 });
    const violations = await broken(page).finally(() => page.setViewportSize(window));
    if (violations.length === 0) return;
    const told = violations.map(({ id, help, nodes }) => {
        const places = nodes.slice(0, 5).map((node) => {
            const checks = [...node.any, ...node.all, ...node.none].map(({ message }) => message);
            return `      ${node.target.join(" ")}: ${checks.join("; ")}\n        ${node.html.slice(0, 160)}`;
        });
        return `  ${id}: ${help}\n${places.join("\n")}`;
    });
    throw new Error(`${what} is not accessible:\n${told.join("\n")}`);
}

async function broken(page) {
    // By the protocol, which the page's policy does not concern; an inline script would be refused, and rightly.
    await page.evaluate(source);
    // What still fades has colours that are on their way.
    await settled(page);
    const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    return violations;
}
