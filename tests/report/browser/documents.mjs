// The documents that the browser tests are made from: by the program where that is quick, by hand (../data) otherwise.
import {execFileSync} from "node:child_process";
import {mkdirSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

export const data = join(dirname(fileURLToPath(import.meta.url)), "..", "data");
export const work = process.env.VERIMIX_WORK;
const program = process.env.VERIMIX;

export function verimix(...words) {
  return execFileSync(program, words, {cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"]});
}

/** 1e5 points of two bumps on the plane, from a fixed congruential sequence. */
function manyPoints(count) {
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const rows = [];
  for (let i = 0; i < count; ++i) {
    const radius = Math.sqrt(-2 * Math.log(next()));
    const angle = 2 * Math.PI * next();
    const side = i % 3 === 0 ? -2 : 2;
    rows.push(`${(side + radius * Math.cos(angle)).toFixed(4)},${(0.7 * radius * Math.sin(angle)).toFixed(4)}`);
  }
  return rows.join("\n") + "\n";
}

const hostile = `</script><script>window.ran = 1</script><img src=x onerror="window.ran = 2">`;

/** A report with everything, one with 56 rows and 1e5 points, one of hostile texts; their paths. */
export function makeReports() {
  mkdirSync(work, {recursive: true});
  for (const family of ["over1", "sep2"]) verimix("instance", family, "--output", `${family}.json`);
  verimix("ledger", "--output", "ledger.json");
  verimix("sample", "over1.json", "--count", "300", "--seed", "1", "--output", "data.csv");
  writeFileSync(join(work, "learn.json"), verimix("learn", "data.csv", "--components", "2", "--truth", "over1.json", "--steps", "12", "--output", "model.json"));
  verimix("experiment", "degree", "--set", "family=two", "--set", "R=2,4,8", "--set", "epsilon=0.1,0.01", "--set", "sup=0", "--output", "degree.json");
  verimix("experiment", "output-law", "--set", "model=model.json", "--set", "truth=over1.json", "--output", "law.json");
  verimix("distance", "over1.json", "over1.json", "--metric", "tv", "--output", "distance.json");
  verimix("report", "ledger.json", join(data, "check.json"), join(data, "hunt.json"), "over1.json", "sep2.json", "model.json", "data.csv", "learn.json",
    "degree.json", "law.json", "distance.json", "--truth", "over1.json", "--output", "everything.html");
  writeFileSync(join(work, "many.csv"), manyPoints(100_000));
  verimix("report", "ledger.json", join(data, "check.json"), "many.csv", "--output", "many.html");
  const text = (value) => JSON.stringify(value);
  writeFileSync(join(work, "hostile.json"), `{"format": "verimix.check/1", "mixture": ${text(hostile)}, "checks": [{"statement": ${text(hostile)}, "form": "printed",
    "lhs": "1", "rhs": "2", "verdict": "holds", "evidence": "certified", "reason": ${text(hostile)}}]}`);
  writeFileSync(join(work, "hostile-mixture.json"), `{"format": "verimix.mixture/1", "name": ${text(hostile)}, "dimension": 1, "components": [
    {"weight": "1", "mean": ["0"], "covariance": [["1"]]}]}`);
  verimix("report", "hostile.json", "hostile-mixture.json", "--output", "hostile.html");
  return Object.fromEntries(["everything", "many", "hostile"].map((name) => [name, join(work, `${name}.html`)]));
}
