// The report in a real browser: Chromium, headless, from disk.
import assert from "node:assert/strict";
import {createRequire} from "node:module";
import {statSync} from "node:fs";
import {join} from "node:path";
import test, {after, before} from "node:test";
import {pathToFileURL} from "node:url";
import {makeReports, work} from "./documents.mjs";

const require = createRequire(pathToFileURL(join(process.env.VERIMIX_PAGE, "package.json")));
const {chromium} = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

// The everyday run takes seconds; what is slow to see (a second theme, three widths, paper) is left to the nightly tier.
const nightly = {skip: process.env.VERIMIX_NIGHTLY ? false : "nightly"};

let browser;
let reports;
/** One page for the tests that leave nothing behind. */
let shared;

before(async () => {
  reports = makeReports();
  browser = await chromium.launch({executablePath: process.env.VERIMIX_CHROMIUM, args: process.getuid?.() === 0 ? ["--no-sandbox"] : []});
  shared = await open("everything");
  await drawAll(shared.page);
});
after(() => browser?.close());

/** Opens a report; `complaints` collects errors, warnings and every request but that for the page itself. */
async function open(name, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const own = pathToFileURL(reports[name]).href;
  page.on("request", (request) => { if (request.url() !== own && !request.url().startsWith("data:")) complaints.push(request.url()); });
  await page.goto(own);
  return {page, complaints, close: () => context.close()};
}

/** What printing asks for: every picture, also those that are not in view. */
async function drawAll(page) {
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
}

async function violationsOf(page) {
  await page.evaluate(require("node:fs").readFileSync(axe, "utf8"));
  const result = await page.evaluate(() => axe.run(document, {resultTypes: ["violations"]}));
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

test("opens from disk: no request, no complaint, every picture drawn, under 2 MB", async () => {
  const {page, complaints} = shared;
  assert.equal(await page.locator("figure .plot:not(:has(svg))").count(), 0);
  assert.ok(await page.locator("figure .plot svg").count() >= 12);
  assert.deepEqual(complaints, []);
  assert.ok(statSync(reports.everything).size < 2e6, `${statSync(reports.everything).size} bytes`);
});

test("filters by stage, verdict and judgement, counts, and shows all again", async () => {
  const {page} = shared;
  const shown = () => page.locator("details.row:visible").count();
  assert.equal(await shown(), 56);
  await page.locator("select[data-filter=verdict]").selectOption("violated");
  assert.equal(await shown(), 1);
  assert.equal(await page.locator(".filters output").textContent(), "1 of 56 statements");
  await page.locator("select[data-filter=stage]").selectOption("cluster");
  assert.equal(await shown(), 0);
  await page.getByRole("button", {name: "Show all"}).click();
  await page.waitForFunction(() => document.querySelector(".filters output").textContent === "56 statements");
  await page.locator("select[data-filter=printed]").selectOption("false");
  assert.ok(await shown() > 10 && await shown() < 56);
  await page.getByRole("button", {name: "Show all"}).click();
});

test("a row opens to the claim, the constants, the enclosures and the command", async () => {
  const {page} = shared;
  await page.locator("#lemma-33 > summary").click();
  const body = page.locator("#lemma-33 > .body");
  for (const text of ["‖s_W − s_U‖_n", "Constants of Lemma 33", "[1.2031e-3, 1.2032e-3]", "verimix check over1.json --statement lemma-33 --form explicit"])
    await body.getByText(text).first().waitFor({state: "visible", timeout: 2000});
});

test("the slider moves both pictures of its group", async () => {
  const {page} = shared;
  const slider = page.locator("#mixtures .slider input").first();
  await slider.scrollIntoViewIfNeeded();
  const pictures = page.locator("#mixture-over1-density svg, #mixture-over1-score svg");
  await pictures.nth(1).waitFor();
  const before = await pictures.evaluateAll((all) => all.map((svg) => svg.innerHTML));
  await slider.fill("6");
  assert.equal(await page.locator("#mixtures .slider output").first().textContent(), "0.35");
  const after = await pictures.evaluateAll((all) => all.map((svg) => svg.innerHTML));
  assert.notEqual(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
});

test("the theme follows the system until the button is pressed", async () => {
  const {page, close} = await open("everything", {colorScheme: "dark"});
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), "rgb(20, 23, 26)");
  await page.locator("#theme").click();
  assert.equal(await ground(), "rgb(253, 253, 251)");
  await page.reload();
  assert.equal(await ground(), "rgb(253, 253, 251)");
  await close();
});

test("hover and focus show both ends of an enclosure; arrow keys go on", async () => {
  const {page} = shared;
  const points = page.locator("[data-figure^=degree] [data-tip]");
  await points.first().hover();
  assert.match(await page.locator("#tip").textContent(), /degree \d+; error \[/);
  await points.first().focus();
  const first = await page.locator("#tip").textContent();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.locator("#tip").textContent(), first);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tip").isVisible(), false);
});

test("everything can be done with the keyboard alone", async () => {
  const {page, close} = await open("everything");
  const focused = (what) => page.evaluate((selector) => document.activeElement.matches(selector), what);
  await page.keyboard.press("Tab");
  assert.ok(await focused(".skip"));
  await page.keyboard.press("Enter");
  for (let i = 0; i < 40 && !(await focused("select[data-filter=stage]")); ++i) await page.keyboard.press("Tab");
  await page.keyboard.press("s");
  assert.notEqual(await page.locator("select[data-filter=stage]").inputValue(), "");
  for (let i = 0; i < 10 && !(await focused("details.row > summary")); ++i) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("details.row[open]").count(), 1);
  for (let i = 0; i < 200 && !(await focused(".slider input")); ++i) await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  assert.ok(await focused(".slider input"));
  assert.equal(await page.evaluate(() => document.activeElement.value), "1");
  await close();
});

for (const colorScheme of ["light", "dark"])
  test(`no accessibility violations, ${colorScheme}`, colorScheme === "dark" ? nightly : {}, async () => {
    const {page, close} = await open("everything", {colorScheme});
    await drawAll(page);
    await page.evaluate(() => document.querySelectorAll("#lemma-33, #claim-38, .numbers").forEach((row) => { row.open = true; }));
    assert.deepEqual(await violationsOf(page), []);
    await close();
  });

test("three widths: nothing runs out of the page; pictures are kept beside the build", nightly, async () => {
  for (const width of [360, 820, 1440]) {
    const {page, close} = await open("everything", {viewport: {width, height: 900}});
    await drawAll(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels at ${width}`);
    await page.screenshot({path: join(work, `page-${width}.png`), fullPage: true});
    // A hash once stood in a column of one letter, and its row filled a third of a screen.
    const tallest = await page.evaluate(() => [...document.querySelectorAll("tbody tr")].map(row => [row.offsetHeight, row.innerText])
      .reduce((a, b) => a[0] > b[0] ? a : b));
    assert.ok(tallest[0] <= 200, `at ${width}: ${tallest}`);
    await close();
  }
});

test("prints: no controls, every picture, light on dark systems too", nightly, async () => {
  const {page, close} = await open("everything", {colorScheme: "dark"});
  await drawAll(page);
  await page.emulateMedia({media: "print"});
  assert.equal(await page.locator("#theme").isVisible(), false);
  assert.equal(await page.locator(".filters").isVisible(), false);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  assert.ok((await page.pdf({format: "A4"})).length > 50_000);
  await close();
});

test("56 rows and 1e5 points are open and drawn in under a second of the page's own time", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  // Time of the page's main thread, not of the clock: other tests may run beside this one.
  await session.send("Performance.enable", {timeDomain: "threadTicks"});
  await page.goto(pathToFileURL(reports.many).href);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator("details.row").count(), 56);
  assert.equal(await page.locator("#samples mask image").count(), 1);
  const {metrics} = await session.send("Performance.getMetrics");
  const seconds = metrics.find((metric) => metric.name === "TaskDuration").value;
  console.log(`opened in ${seconds.toFixed(3)} s, ${statSync(reports.many).size} bytes`);
  assert.ok(seconds < 1, `${seconds} s`);
  await context.close();
});

test("text in names is shown, not run", async () => {
  const {page, complaints, close} = await open("hostile");
  await drawAll(page);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.ok(await page.getByText("<script>window.ran = 1</script>").count() > 0);
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

test("the policy stops a script that would get in all the same", async () => {
  const {page, close} = await open("hostile");
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = 3";
    document.body.append(script);
    return window.ran;
  });
  assert.equal(ran, undefined);
  await close();
});

test("without scripts the statements, findings and tables are still there", async () => {
  const {page, close} = await open("everything", {javaScriptEnabled: false});
  assert.equal(await page.locator(".filters").isVisible(), false);
  await page.locator("#lemma-33 > summary").click();
  await page.locator("#lemma-33 > .body").waitFor({state: "visible", timeout: 2000});
  await close();
});
