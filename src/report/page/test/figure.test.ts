import assert from "node:assert/strict";
import test from "node:test";
import {legendOf, marksAt, rangeOf, unpack, type Figure, type Mark} from "../figure";

const rule = (name: string): Mark => ({kind: "rules", name, colour: 0, evidence: "computed", x: [], y: []});

test("packed numbers: both ends, the middle, and the low byte first", () => {
  // 0, 65535, 32768, 1 as little-endian 16-bit integers
  const values = Buffer.from([0, 0, 255, 255, 0, 128, 1, 0]).toString("base64");
  const numbers = unpack({range: [-1, 1], values});
  assert.equal(numbers.length, 4);
  assert.equal(numbers[0], -1);
  assert.equal(numbers[1], 1);
  assert.ok(Math.abs(numbers[2]! - 1 / 65535) < 1e-15);
  assert.ok(Math.abs(numbers[3]! + 1 - 2 / 65535) < 1e-15);
});

test("a legend has each name once and no nameless mark", () => {
  assert.deepEqual(legendOf([rule("a"), rule(""), rule("b"), rule("a")]).map((mark) => mark.name), ["a", "b"]);
});

test("the marks of a frame come on top of the figure's own; beyond the last frame there are only those", () => {
  const figure = {marks: [rule("own")], frames: [{label: "0", marks: [rule("first")]}]} as unknown as Figure;
  assert.deepEqual(marksAt(figure, 0).map((mark) => mark.name), ["own", "first"]);
  assert.deepEqual(marksAt(figure, 7).map((mark) => mark.name), ["own"]);
});

test("ranges skip gaps, infinities and, on a logarithmic axis, what is not positive", () => {
  assert.deepEqual(rangeOf([null, 3, -2, Infinity, 0], false), [-2, 3]);
  assert.deepEqual(rangeOf([null, 3, -2, 0.5, 0], true), [0.5, 3]);
  assert.equal(rangeOf([null, -1], true), undefined);
});
