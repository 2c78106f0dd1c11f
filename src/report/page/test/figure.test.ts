import assert from "node:assert/strict";
import test from "node:test";
import {legendOf, marksAt, numbersOf, rangeOf, unpack, type Figure, type Mark} from "../figure";

const rule = (name: string): Mark => ({kind: "rules", name, colour: 0, evidence: "computed", x: [], y: []});

test("packed numbers: both ends, the middle, the low byte first, and a gap", () => {
  // 0, 65534, 32767, 1, 65535 as little-endian 16-bit integers
  const values = Buffer.from([0, 0, 254, 255, 255, 127, 1, 0, 255, 255]).toString("base64");
  const numbers = unpack({range: [-1, 1], values});
  assert.equal(numbers.length, 5);
  assert.equal(numbers[0], -1);
  assert.ok(Math.abs(numbers[1]! - 1) < 1e-12);
  assert.ok(Math.abs(numbers[2]!) < 1e-12);
  assert.ok(Math.abs(numbers[3]! + 1 - 2 / 65534) < 1e-12);
  assert.ok(Number.isNaN(numbers[4]));
});

test("a series is given as it is, by its ends, or packed", () => {
  assert.deepEqual(numbersOf([1, null, 3]), [1, null, 3]);
  assert.deepEqual([...numbersOf({first: -1, last: 1, count: 5})], [-1, -0.5, 0, 0.5, 1]);
  assert.equal(numbersOf({range: [0, 1], values: "AAA="})[0], 0);
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
