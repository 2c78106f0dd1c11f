// The figures as the program writes them (figure_json in include/verimix/report/figure.hpp), and their packed numbers.

export type Evidence = "certified" | "estimated" | "computed";
export type Numbers = (number | null)[];

export interface Axis {
  label: string;
  scale: "linear" | "log" | "categories";
  ends?: [number, number];
  names?: string[];
}

interface Style {
  name: string;
  /** Place in the palette; -1: faint. */
  colour: number;
  evidence: Evidence;
}

export interface Packed {range: [number, number]; values: string}
export interface EvenGrid {first: number; last: number; count: number}
/** Numbers as they are, packed, or evenly spread. */
export type Series = Numbers | Packed | EvenGrid;

export interface Curve extends Style {kind: "curve"; x: Series; y: Series; dashed?: boolean}
export interface Points extends Style {kind: "points"; x: Numbers; y: Numbers; lower?: Numbers; upper?: Numbers; labels: string[]}
export interface Rectangles extends Style {
  kind: "rectangles"; x: Series; x2: Series; y: Series; y2: Series; labels?: string[]; opacity: number;
}
export interface Arrows extends Style {kind: "arrows"; x: Series; y: Series; x2: Series; y2: Series}
export interface Rules extends Style {kind: "rules"; x: Numbers; y: Numbers}
export interface Field extends Style {
  kind: "field"; x: [number, number]; y: [number, number]; columns: number; rows: number;
  /** Of the packed values: logarithms to base 10 where `logarithmic`. */
  range: [number, number]; values: string; logarithmic: boolean; contours: boolean;
}
export interface Cloud extends Style {kind: "cloud"; x: Packed; y: Packed}

export type Mark = Curve | Points | Rectangles | Arrows | Rules | Field | Cloud;

export interface Frame {label: string; marks: Mark[]}

export interface Figure {
  id: string; title: string; x: Axis; y: Axis; square: boolean; marks: Mark[];
  frameName?: string; group?: string; frames?: Frame[];
}

/** The numbers behind 16-bit integers in base64, low byte first, 0 to 65534 spread over `range`; 65535 is no number. */
export function unpack(packed: Packed): Float64Array {
  const bytes = atob(packed.values);
  const [lowest, highest] = packed.range;
  const numbers = new Float64Array(bytes.length >> 1);
  const step = (highest - lowest) / 65534;
  for (let i = 0; i < numbers.length; ++i) {
    const level = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
    numbers[i] = level === 65535 ? NaN : lowest + step * level;
  }
  return numbers;
}

/** A series' numbers; gaps are null or NaN. */
export function numbersOf(series: Series): Numbers | Float64Array {
  if (Array.isArray(series)) return series;
  if ("values" in series) return unpack(series);
  const {first, last, count} = series;
  return Float64Array.from({length: count}, (_, i) => first + ((last - first) * i) / (count - 1));
}

/** The marks of one position of the slider, those of every position first. */
export function marksAt(figure: Figure, frame: number): Mark[] {
  return [...figure.marks, ...(figure.frames?.[frame]?.marks ?? [])];
}

/** The entries of the legend: each name once, as its first mark has it. */
export function legendOf(marks: readonly Mark[]): Mark[] {
  const seen = new Set<string>();
  return marks.filter((mark) => mark.name !== "" && !seen.has(mark.name) && seen.add(mark.name));
}

/** The lowest and the highest finite number, nothing where there is none. */
export function rangeOf(numbers: Iterable<number | null | undefined>, positive: boolean): [number, number] | undefined {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const v of numbers) {
    if (v === null || v === undefined || !Number.isFinite(v) || (positive && v <= 0)) continue;
    lowest = Math.min(lowest, v);
    highest = Math.max(highest, v);
  }
  return lowest <= highest ? [lowest, highest] : undefined;
}
