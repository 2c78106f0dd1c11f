// Where the axes of a figure end: the same for every position of its slider.
import {numbersOf, rangeOf, type Axis, type Figure, type Mark, type Numbers} from "./figure";

function coordinates(mark: Mark, inX: boolean): Numbers | Float64Array {
  switch (mark.kind) {
    case "cloud": return inX ? mark.x.range : mark.y.range;
    case "field": return inX ? mark.x : mark.y;
    case "points": return inX ? mark.x : [...mark.y, ...(mark.lower ?? []), ...(mark.upper ?? [])];
    case "rectangles": case "arrows": return inX ? [...numbersOf(mark.x), ...numbersOf(mark.x2)] : [...numbersOf(mark.y), ...numbersOf(mark.y2)];
    case "curve": return numbersOf(inX ? mark.x : mark.y);
    default: return inX ? mark.x : mark.y;
  }
}

/** The axis' own ends, or those of all marks with a little room; on a logarithmic axis only numbers > 0 count. */
export function domainOf(figure: Figure, inX: boolean): [number, number] {
  const axis: Axis = inX ? figure.x : figure.y;
  if (axis.ends) return axis.ends;
  if (axis.scale === "categories") return [-0.5, (axis.names?.length ?? 1) - 0.5];
  const marks = [...figure.marks, ...(figure.frames ?? []).flatMap((frame) => frame.marks)];
  const positive = axis.scale === "log";
  const range = rangeOf(marks.flatMap((mark) => [...coordinates(mark, inX)]), positive);
  if (!range) return positive ? [0.1, 1] : [0, 1];
  const [lowest, highest] = range;
  if (positive) {
    const room = Math.max(1.15, (highest / lowest) ** 0.04);
    return [lowest / room, highest * room];
  }
  const touchesZero = marks.some((mark) => mark.kind === "rectangles") && !inX && lowest === 0;
  const room = highest > lowest ? 0.04 * (highest - lowest) : 0.5;
  return [touchesZero ? 0 : lowest - room, highest + room];
}

/** A number on a logarithmic axis: plain from 0.001 to 9999, else as a power of ten. */
export function powerText(v: number): string {
  if (v >= 0.001 && v < 10000) return String(Number(v.toPrecision(3)));
  const exponent = Math.floor(Math.log10(v) + 1e-9);
  const mantissa = Number((v / 10 ** exponent).toPrecision(3));
  const digits = [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return mantissa === 1 ? `10${digits}` : `${mantissa}·10${digits}`;
}

/** The places given, or the powers of ten inside, at most about eight; where there is at most one, 1, 2 and 5 times them. */
export function logTicks([lowest, highest]: readonly [number, number], places: readonly number[]): number[] {
  if (places.length > 1) return [...places];
  const first = Math.floor(Math.log10(lowest));
  const last = Math.ceil(Math.log10(highest));
  const inside = (v: number) => v >= lowest && v <= highest;
  const stride = Math.max(1, Math.ceil((last - first) / 8));
  const powers: number[] = [];
  for (let e = first; e <= last; ++e) if (e % stride === 0) powers.push(10 ** e);
  const shown = powers.filter(inside);
  if (shown.length > 1) return shown;
  return powers.flatMap((p) => [p, 2 * p, 5 * p]).filter(inside);
}
