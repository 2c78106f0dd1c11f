// Starts the page: draws the figures as they come into view, and wires filters, sliders, hints and the theme.
import {startBoard} from "./board";
import {drawFigure} from "./chart";
import type {Figure} from "./figure";
import {startHints} from "./hints";
import {groupsOf, makeSlider} from "./slider";
import {startTheme} from "./theme";

function placeOf(figure: Figure): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-figure="${CSS.escape(figure.id)}"] .plot`);
}

class Drawing {
  private readonly frames = new Map<string, number>();
  private readonly byPlace = new Map<Element, Figure>();
  private readonly waiting = new Set<Figure>();

  constructor(private readonly figures: readonly Figure[]) {}

  draw(figure: Figure): void {
    const place = placeOf(figure);
    if (!place) return;
    this.waiting.delete(figure);
    try {
      drawFigure(figure, this.frames.get(figure.group ?? "") ?? 0, place);
    } catch (error) {
      place.textContent = `This picture could not be drawn: ${String(error)}`;
      console.error(error);
    }
  }

  drawAll(): void {
    for (const figure of [...this.waiting]) this.draw(figure);
  }

  start(): void {
    for (const [id, group] of groupsOf(this.figures)) {
      const first = group.figures[0] && placeOf(group.figures[0])?.closest(".figures");
      first?.prepend(makeSlider(id, group, (frame) => {
        this.frames.set(id, frame);
        for (const figure of group.figures) if (!this.waiting.has(figure)) this.draw(figure);
      }));
    }
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const figure = this.byPlace.get(entry.target);
        if (entry.isIntersecting && figure && this.waiting.has(figure)) this.draw(figure);
      }
    }, {rootMargin: "300px"});
    for (const figure of this.figures) {
      const place = placeOf(figure);
      if (!place) continue;
      this.byPlace.set(place, figure);
      this.waiting.add(figure);
      seen.observe(place);
    }
    this.watchWidth();
    addEventListener("beforeprint", () => this.drawAll());
  }

  /** Draws again what is drawn when the page becomes narrower or wider. */
  private watchWidth(): void {
    let width = innerWidth;
    let timer = 0;
    addEventListener("resize", () => {
      if (innerWidth === width) return;
      width = innerWidth;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        for (const figure of this.figures) if (!this.waiting.has(figure)) this.draw(figure);
      }, 120);
    });
  }
}

function start(): void {
  document.documentElement.classList.add("scripted");
  startTheme(document.querySelector<HTMLButtonElement>("#theme"));
  startHints(document.querySelector<HTMLElement>("#tip"));
  startBoard(document);
  new Drawing(JSON.parse(document.querySelector("#figures")?.textContent ?? "[]") as Figure[]).start();
}

start();
