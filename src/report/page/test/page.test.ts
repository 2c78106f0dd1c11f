import assert from "node:assert/strict";
import test from "node:test";
import {countText, matches} from "../board";
import {dotLook, lineLook} from "../chart";
import {dotOf, layDot} from "../cloud";
import {domainOf, logTicks, powerText} from "../domains";
import type {Figure} from "../figure";
import {boxLeft, nextPlace} from "../hints";
import {groupsOf} from "../slider";
import {otherTheme} from "../theme";

const row = {stage: "simplify", verdict: "holds|violated", printed: "false"};

test("a row passes the filters that are empty or that name one of its words", () => {
  assert.ok(matches(row, {stage: "", verdict: "", printed: ""}));
  assert.ok(matches(row, {stage: "simplify", verdict: "violated", printed: ""}));
  assert.ok(!matches(row, {stage: "cluster", verdict: "violated", printed: ""}));
  assert.ok(!matches(row, {stage: "", verdict: "undecided", printed: ""}));
});

test("part of a word is not the word", () => {
  assert.ok(!matches({...row, verdict: "not-applicable"}, {stage: "", verdict: "applicable", printed: ""}));
});

test("the count says all where all are shown", () => {
  assert.equal(countText(56, 56), "56 statements");
  assert.equal(countText(3, 56), "3 of 56 statements");
});

test("arrow keys stop at both ends; other keys do nothing", () => {
  assert.equal(nextPlace("ArrowRight", 2, 3), 2);
  assert.equal(nextPlace("ArrowLeft", 0, 3), 0);
  assert.equal(nextPlace("ArrowDown", 0, 3), 1);
  assert.equal(nextPlace("End", 0, 3), 2);
  assert.equal(nextPlace("Tab", 0, 3), undefined);
});

test("the hint stays inside the window", () => {
  assert.equal(boxLeft(5, 100, 800), 8);
  assert.equal(boxLeft(795, 100, 800), 692);
  assert.equal(boxLeft(400, 100, 800), 350);
});

test("evidence is told apart without colour", () => {
  const hollow = dotLook("estimated", "red");
  const solid = dotLook("certified", "red");
  assert.notEqual(hollow.fill, solid.fill);
  assert.ok(dotLook("computed", "red").r < solid.r);
  assert.ok(lineLook("estimated", false).strokeDasharray);
  assert.equal(lineLook("certified", false).strokeDasharray, undefined);
});

test("many points are small and faint, few are large", () => {
  assert.ok(dotOf(272).radius > dotOf(10_000).radius);
  assert.ok(dotOf(100_000).alpha < dotOf(272).alpha);
});

const figure = (over: Partial<Figure>): Figure =>
  ({id: "f", title: "", square: false, marks: [], x: {label: "", scale: "linear"}, y: {label: "", scale: "linear"}, ...over});

test("domains: fixed ends, categories, logarithms without zero, bars that stand on zero, all frames", () => {
  assert.deepEqual(domainOf(figure({x: {label: "", scale: "linear", ends: [1, 2]}}), true), [1, 2]);
  assert.deepEqual(domainOf(figure({x: {label: "", scale: "categories", names: ["a", "b", "c"]}}), true), [-0.5, 2.5]);
  const style = {name: "", colour: 0, evidence: "computed"} as const;
  const [lowest, highest] = domainOf(figure({y: {label: "", scale: "log"}, marks: [{kind: "curve", ...style, x: [0, 1], y: [0, 100]}]}), false);
  assert.ok(lowest > 0 && lowest <= 100 && highest >= 100);
  const bars = domainOf(figure({marks: [{kind: "rectangles", ...style, x: [0], x2: [1], y: [0], y2: [4], opacity: 1}]}), false);
  assert.equal(bars[0], 0);
  const moving = domainOf(figure({frames: [{label: "", marks: []}, {label: "", marks: [{kind: "curve", ...style, x: [0, 50], y: [0, 0]}]}]}), true);
  assert.ok(moving[1] >= 50);
});

test("figures of a group share a slider", () => {
  const frames = [{label: "0", marks: []}, {label: "1", marks: []}];
  const groups = groupsOf([figure({id: "a", group: "g", frames}), figure({id: "b", group: "g", frames}), figure({id: "c"})]);
  assert.deepEqual([...groups.keys()], ["g"]);
  assert.deepEqual(groups.get("g")?.figures.map((f) => f.id), ["a", "b"]);
  assert.deepEqual(groups.get("g")?.labels, ["0", "1"]);
});

test("the theme button goes to and fro", () => {
  assert.equal(otherTheme(otherTheme("light")), "light");
});

test("ticks of a logarithmic axis are powers of ten, said without prefixes", () => {
  assert.deepEqual(logTicks([0.003, 200], []), [0.01, 0.1, 1, 10, 100]);
  assert.deepEqual(logTicks([3, 60], [4, 8, 16]), [4, 8, 16]);
  assert.deepEqual(logTicks([1.5, 7], []), [2, 5]);
  assert.ok(logTicks([1e-30, 1], []).length <= 9);
  assert.equal(powerText(0.01), "0.01");
  assert.equal(powerText(1e-7), "10⁻⁷");
  assert.equal(powerText(2e5), "2·10⁵");
});

test("dots add up in opacity and are cut at the edge", () => {
  const image = {width: 4, height: 3, data: new Uint8ClampedArray(48)};
  const opacity = (column: number, row: number) => image.data[4 * (row * 4 + column) + 3];
  layDot(image, 1, 1, 2, 0.5);
  assert.equal(opacity(0, 0), 128);
  assert.equal(opacity(1, 1), 128);
  assert.equal(opacity(2, 1), 0);
  layDot(image, 1, 1, 2, 0.5);
  assert.ok(Math.abs(opacity(0, 0)! - 191) <= 1);
  layDot(image, 4, 3, 2, 1);
  assert.equal(opacity(3, 2), 255);
  layDot(image, -9, -9, 2, 1);
  assert.equal([...image.data].filter((_, i) => i % 4 === 3 && image.data[i]! > 0).length, 5);
});
