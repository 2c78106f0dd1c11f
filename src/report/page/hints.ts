// What hover and focus show: the text in `data-tip`, in one box that follows the element. Arrow keys go from one
// labelled element of a picture to the next, so that a picture is one stop of the tab key.

/** The place after `from` when a key is pressed in a list of `count`; undefined for keys that do not move. */
export function nextPlace(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight": case "ArrowDown": return Math.min(count - 1, from + 1);
    case "ArrowLeft": case "ArrowUp": return Math.max(0, from - 1);
    case "Home": return 0;
    case "End": return count - 1;
    default: return undefined;
  }
}

/** The left end of a box of this width centred on `middle`, inside a window of `room`. */
export function boxLeft(middle: number, width: number, room: number, margin = 8): number {
  return Math.max(margin, Math.min(middle - width / 2, room - width - margin));
}

function place(box: HTMLElement, target: Element): void {
  const at = target.getBoundingClientRect();
  box.hidden = false;
  const size = box.getBoundingClientRect();
  box.style.left = `${boxLeft(at.left + at.width / 2, size.width, innerWidth)}px`;
  const above = at.top - size.height - 8;
  box.style.top = `${above >= 4 ? above : at.bottom + 8}px`;
}

export function startHints(box: HTMLElement | null): void {
  if (!box) return;
  const tipped = (event: Event) => (event.target instanceof Element ? event.target.closest("[data-tip]") : null);
  const show = (event: Event) => {
    const target = tipped(event);
    if (!target) return;
    box.textContent = target.getAttribute("data-tip");
    place(box, target);
  };
  const hide = (event: Event) => {
    if (tipped(event)) box.hidden = true;
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("pointerout", hide);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.hidden = true;
  });
}

/** Makes elements that have an aria-label one stop of the tab key, with arrow keys between them, and their label a hint. */
export function makeWalkable(elements: readonly SVGElement[]): void {
  elements.forEach((element, i) => {
    element.setAttribute("data-tip", element.getAttribute("aria-label") ?? "");
    element.setAttribute("role", "img");
    element.setAttribute("tabindex", i === 0 ? "0" : "-1");
    element.addEventListener("keydown", (event) => {
      const next = nextPlace(event.key, i, elements.length);
      if (next === undefined) return;
      event.preventDefault();
      element.setAttribute("tabindex", "-1");
      elements[next]?.setAttribute("tabindex", "0");
      elements[next]?.focus();
    });
  });
}
