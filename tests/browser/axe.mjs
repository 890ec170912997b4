// Accessibility checks with axe-core.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { animationsFinished } from "./harness.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Throws with each violated rule and its elements. */
export async function assertAccessible(page, what) {
    // Tall enough for the whole page: axe does not know that content behind a fixed bar can be
    // scrolled.
    const viewport = page.viewportSize();
    await page.setViewportSize({ ...viewport, height: 4000 });
    const violations = await findViolations(page).finally(() => page.setViewportSize(viewport));
    if (violations.length === 0) return;
    const report = violations.map(({ id, help, nodes }) => {
        const elements = nodes.slice(0, 5).map((node) => {
            const checks = [...node.any, ...node.all, ...node.none].map(({ message }) => message);
            return `      ${node.target.join(" ")}: ${checks.join("; ")}\n        ${node.html.slice(0, 160)}`;
        });
        return `  ${id}: ${help}\n${elements.join("\n")}`;
    });
    throw new Error(`${what} is not accessible:\n${report.join("\n")}`);
}

async function findViolations(page) {
    // Evaluated over the DevTools protocol, since the page's policy blocks inline scripts.
    await page.evaluate(source);
    // Colours are not final during a transition.
    await animationsFinished(page);
    const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    return violations;
}
