// What axe-core has to say about a page, in words.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Throws with each rule that the page breaks, and where. */
export async function accessible(page, what) {
    // By the protocol, which the page's policy does not concern; an inline script would be refused, and rightly.
    await page.evaluate(source);
    // What still moves or fades has colours that are on their way.
    await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {}))));
    const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    if (violations.length === 0) return;
    const told = violations.map(({ id, help, nodes }) => {
        const places = nodes.slice(0, 5).map((node) => `      ${node.target.join(" ")}: ${node.any.concat(node.all, node.none).map((check) => check.message).join("; ")}\n        ${node.html.slice(0, 160)}`);
        return `  ${id}: ${help}\n${places.join("\n")}`;
    });
    throw new Error(`${what} is not accessible:\n${told.join("\n")}`);
}
