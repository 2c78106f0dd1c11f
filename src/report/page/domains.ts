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
