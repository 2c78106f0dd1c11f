// A figure drawn by Observable Plot. Colours are the style sheet's; what is certain is drawn solid, what is estimated hollow
// and dashed, what is only computed thin.
import * as Plot from "@observablehq/plot";
import {cloudElement} from "./cloud";
import {domainOf, logTicks, powerText} from "./domains";
import {legendOf, marksAt, numbersOf, unpack, type Axis, type Evidence, type Figure, type Mark} from "./figure";
import {makeWalkable} from "./hints";

export function colourOf(place: number): string {
  return place < 0 ? "var(--faint)" : `var(--c${place % 8})`;
}

export interface LineLook {strokeWidth: number; strokeDasharray?: string}

export function lineLook(evidence: Evidence, dashed: boolean): LineLook {
  const strokeWidth = evidence === "computed" ? 1.5 : 2;
  if (dashed) return {strokeWidth, strokeDasharray: "6 4"};
  return evidence === "estimated" ? {strokeWidth, strokeDasharray: "2 3"} : {strokeWidth};
}

export interface DotLook {r: number; fill: string; stroke: string; strokeWidth: number}

export function dotLook(evidence: Evidence, colour: string): DotLook {
  if (evidence === "estimated") return {r: 4, fill: "var(--paper)", stroke: colour, strokeWidth: 1.8};
  return {r: evidence === "certified" ? 4 : 2.8, fill: colour, stroke: "var(--paper)", strokeWidth: 0.8};
}

function drawn(mark: Mark): Plot.Markish[] {
  const stroke = colourOf(mark.colour);
  switch (mark.kind) {
    case "curve": {
      const x = numbersOf(mark.x);
      return [Plot.line({length: x.length}, {x, y: numbersOf(mark.y), stroke, clip: true, ...lineLook(mark.evidence, mark.dashed ?? false),
        ...(mark.colour < 0 ? {strokeWidth: 1} : {})})];
    }
    case "points": {
      const dots = Plot.dot({length: mark.x.length}, {x: mark.x, y: mark.y, ariaLabel: mark.labels, ...dotLook(mark.evidence, stroke)});
      if (!mark.lower || !mark.upper) return [dots];
      return [Plot.ruleX({length: mark.x.length}, {x: mark.x, y1: mark.lower, y2: mark.upper, stroke, clip: true, strokeWidth: 1.5,
        ...(mark.evidence === "estimated" ? {strokeDasharray: "2 3"} : {})}), dots];
    }
    case "rectangles": {
      const x1 = numbersOf(mark.x);
      return [Plot.rect({length: x1.length}, {x1, x2: numbersOf(mark.x2), y1: numbersOf(mark.y), y2: numbersOf(mark.y2), fill: stroke, fillOpacity: mark.opacity,
        ...(mark.labels ? {ariaLabel: mark.labels} : {}), clip: true, ...(mark.evidence === "estimated" ? {stroke, strokeDasharray: "3 2"} : {})})];
    }
    case "arrows": {
      const x1 = numbersOf(mark.x);
      return [Plot.arrow({length: x1.length}, {x1, y1: numbersOf(mark.y), x2: numbersOf(mark.x2), y2: numbersOf(mark.y2), stroke, strokeWidth: 1.1, headLength: 5, clip: true})];
    }
    case "rules":
      return [Plot.ruleX(mark.x, {stroke, strokeDasharray: "3 3", clip: true}), Plot.ruleY(mark.y, {stroke, strokeDasharray: "3 3", clip: true})];
    case "field": {
      const grid = {width: mark.columns, height: mark.rows, x1: mark.x[0], x2: mark.x[1], y1: mark.y[0], y2: mark.y[1]};
      const values = unpack(mark);
      if (!mark.contours) return [Plot.raster(values, {...grid, fill: Plot.identity, interpolate: "nearest", imageRendering: "pixelated"})];
      const shares = [0.01, 0.03, 0.08, 0.16, 0.3, 0.5, 0.7, 0.9];
      return [Plot.contour(values, {...grid, value: Plot.identity, thresholds: shares.map((share) => share * mark.range[1]), fill: stroke,
        fillOpacity: 0.1, stroke, strokeOpacity: 0.55, strokeWidth: 0.7, clip: true})];
    }
    case "cloud":
      return [(_index, scales, _channels, {width, height, marginTop, marginRight, marginBottom, marginLeft}) =>
        cloudElement(mark, {left: marginLeft, top: marginTop, width: width - marginLeft - marginRight, height: height - marginTop - marginBottom},
          scales.x as (v: number) => number, scales.y as (v: number) => number, stroke)];
  }
}

/** The different places of symbols along x, where they are few whole numbers: worth a label each. */
function placesOf(figure: Figure): number[] {
  const places = new Set(figure.marks.flatMap((mark) => (mark.kind === "points" ? mark.x : [])).filter((v): v is number => v !== null));
  return places.size <= 8 && [...places].every(Number.isInteger) ? [...places].sort((a, b) => a - b) : [];
}

function scaleOf(figure: Figure, inX: boolean): Plot.ScaleOptions {
  const axis: Axis = inX ? figure.x : figure.y;
  const names = axis.names;
  const shared = {domain: domainOf(figure, inX), label: axis.label || null, labelAnchor: "center", labelArrow: "none"} as const;
  if (names) return {...shared, type: "linear", ticks: names.map((_, i) => i), tickFormat: (i: number) => names[i] ?? "", reverse: !inX};
  if (axis.scale !== "log") return {...shared, type: "linear", grid: !inX};
  return {...shared, type: "log", grid: !inX, ticks: logTicks(shared.domain, inX ? placesOf(figure) : []), tickFormat: powerText};
}

function colourScale(marks: readonly Mark[]): Plot.ScaleOptions | undefined {
  const field = marks.find((mark) => mark.kind === "field" && !mark.contours);
  if (!field || field.kind !== "field") return undefined;
  return {type: "linear", scheme: "viridis", domain: field.range, label: field.logarithmic ? `${field.name}, log₁₀` : field.name};
}

function legendElement(marks: readonly Mark[]): HTMLElement | null {
  const entries = legendOf(marks).filter((mark) => mark.kind !== "field" || mark.contours);
  if (entries.length === 0) return null;
  const list = document.createElement("ul");
  list.className = "legend";
  for (const mark of entries) {
    const item = document.createElement("li");
    const swatch = document.createElement("span");
    const line = mark.kind === "curve" || mark.kind === "rules" || mark.kind === "arrows";
    swatch.className = `swatch ${line ? "line" : "disc"} is-${mark.evidence}${mark.kind === "rules" || (mark.kind === "curve" && mark.dashed) ? " dashed" : ""}`;
    swatch.style.setProperty("--mark", colourOf(mark.colour));
    item.append(swatch, mark.name);
    list.append(item);
  }
  return list;
}

function marginFor(figure: Figure): number {
  const longest = Math.max(0, ...(figure.y.names ?? []).map((name) => name.length));
  return longest > 0 ? Math.min(300, 16 + 6.6 * longest) : 56;
}

function heightFor(figure: Figure, width: number): number {
  const rows = figure.y.names?.length;
  return rows ? 60 + 22 * rows : Math.max(240, Math.min(320, 0.5 * width));
}

/** Draws the figure at one position of its slider into `place`, as wide as that is. */
export function drawFigure(figure: Figure, frame: number, place: HTMLElement): void {
  const marks = marksAt(figure, frame);
  const width = Math.max(280, Math.min(figure.square ? 560 : 900, place.clientWidth));
  const colour = colourScale(marks);
  const svg = Plot.plot({
    width, marginLeft: marginFor(figure), marginBottom: 40, marginTop: 14,
    ...(figure.square ? {aspectRatio: 1} : {height: heightFor(figure, width)}),
    style: {background: "none", color: "currentColor", fontFamily: "inherit", fontSize: "12px", overflow: "visible"},
    x: scaleOf(figure, true), y: scaleOf(figure, false), ...(colour ? {color: colour} : {}), marks: marks.flatMap(drawn),
  });
  describe(svg, figure);
  const legend = legendElement(marks);
  const ramp = colour ? Plot.legend({color: colour, width: 260, style: {background: "none", color: "currentColor"}}) : null;
  place.replaceChildren(...[legend, ramp, svg].filter((node): node is HTMLElement => node !== null));
}

/** Labelled elements can be reached by the keyboard; a picture without any is an image with a name. */
function describe(svg: Element, figure: Figure): void {
  // What Plot calls its groups ("dot", "line") tells a listener nothing.
  for (const group of svg.querySelectorAll("g[aria-label], g[aria-description]")) {
    group.removeAttribute("aria-label");
    group.removeAttribute("aria-description");
  }
  const elements = [...svg.querySelectorAll<SVGElement>("[aria-label]")];
  svg.setAttribute("role", elements.length > 0 ? "group" : "img");
  svg.setAttribute("aria-label", figure.title);
  makeWalkable(elements);
}
