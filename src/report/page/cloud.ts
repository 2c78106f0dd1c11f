// Many points at once: white dots on a canvas that masks a rectangle in the mark's colour, so that the style sheet decides
// the colour and 1e5 points are one element of the picture.
import {unpack, type Cloud} from "./figure";

const namespace = "http://www.w3.org/2000/svg";

/** Radius in pixels and opacity of one dot: fewer points are drawn larger. */
export function dotOf(count: number): {radius: number; alpha: number} {
  if (count <= 500) return {radius: 2.4, alpha: 0.9};
  if (count <= 3000) return {radius: 1.6, alpha: 0.7};
  if (count <= 20000) return {radius: 1, alpha: 0.45};
  return {radius: 0.7, alpha: 0.3};
}

export interface PixelBox {left: number; top: number; width: number; height: number}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

const resolution = 2;

/** Lays a square of `size` pixels and opacity `alpha` on an image of white with varying opacity, its middle at (x, y). */
export function layDot(image: {width: number; height: number; data: Uint8ClampedArray}, x: number, y: number, size: number, alpha: number): void {
  const left = Math.round(x - size / 2);
  const top = Math.round(y - size / 2);
  for (let row = Math.max(0, top); row < Math.min(image.height, top + size); ++row)
    for (let column = Math.max(0, left); column < Math.min(image.width, left + size); ++column) {
      const at = 4 * (row * image.width + column);
      const before = image.data[at + 3]!;
      image.data[at] = image.data[at + 1] = image.data[at + 2] = 255;
      image.data[at + 3] = before + alpha * (255 - before);
    }
}

function draw(cloud: Cloud, box: PixelBox, x: (v: number) => number, y: (v: number) => number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(box.width * resolution);
  canvas.height = Math.ceil(box.height * resolution);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const xs = unpack(cloud.x);
  const ys = unpack(cloud.y);
  const {radius, alpha} = dotOf(xs.length);
  const places = (at: number) => [resolution * (x(xs[at]!) - box.left), resolution * (y(ys[at]!) - box.top)] as const;
  if (radius < 1.2) {
    // Pixel by pixel: ten times as fast as the canvas' own rectangles.
    const image = context.createImageData(canvas.width, canvas.height);
    const size = Math.round(2 * radius * resolution);
    for (let i = 0; i < xs.length; ++i) layDot(image, ...places(i), size, alpha);
    context.putImageData(image, 0, 0);
    return canvas;
  }
  context.fillStyle = `rgb(255 255 255 / ${alpha})`;
  for (let i = 0; i < xs.length; ++i) {
    context.beginPath();
    context.arc(...places(i), radius * resolution, 0, 2 * Math.PI);
    context.fill();
  }
  return canvas;
}

let made = 0;

/** The cloud as an element of the picture; `box` is the inside of the axes. */
export function cloudElement(cloud: Cloud, box: PixelBox, x: (v: number) => number, y: (v: number) => number, colour: string): SVGElement {
  const id = `cloud-${++made}`;
  const at = {x: box.left, y: box.top, width: box.width, height: box.height};
  const group = element("g", {});
  const mask = element("mask", {id, maskUnits: "userSpaceOnUse", ...at});
  mask.append(element("image", {...at, preserveAspectRatio: "none", href: draw(cloud, box, x, y).toDataURL()}));
  group.append(mask, element("rect", {...at, fill: colour, mask: `url(#${id})`}));
  return group;
}
