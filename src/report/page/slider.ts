// One slider for each group of figures with frames; the figures of a group move together.
import type {Figure} from "./figure";

export interface SliderGroup {name: string; labels: string[]; figures: Figure[]}

export function groupsOf(figures: readonly Figure[]): Map<string, SliderGroup> {
  const groups = new Map<string, SliderGroup>();
  for (const figure of figures) {
    if (!figure.frames || !figure.group) continue;
    const group = groups.get(figure.group);
    if (group) group.figures.push(figure);
    else groups.set(figure.group, {name: figure.frameName ?? "", labels: figure.frames.map((frame) => frame.label), figures: [figure]});
  }
  return groups;
}

/** The slider's element; `moved` hears of every new position. */
export function makeSlider(id: string, group: SliderGroup, moved: (frame: number) => void): HTMLElement {
  const box = document.createElement("div");
  box.className = "slider";
  const label = document.createElement("label");
  label.htmlFor = `${id}-slider`;
  label.textContent = group.name;
  const input = document.createElement("input");
  Object.assign(input, {type: "range", id: `${id}-slider`, min: "0", max: String(group.labels.length - 1), step: "1", value: "0"});
  const output = document.createElement("output");
  output.htmlFor.add(input.id);
  const show = () => {
    const word = group.labels[Number(input.value)] ?? "";
    output.textContent = word;
    input.setAttribute("aria-valuetext", `${group.name} ${word}`);
  };
  input.addEventListener("input", () => {
    show();
    moved(Number(input.value));
  });
  show();
  box.append(label, input, output);
  return box;
}
