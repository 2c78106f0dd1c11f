// The board's filters.

export interface RowWords {stage: string; verdict: string; printed: string}
export type Filters = RowWords;

/** Does the row have every word that is asked for? An empty word asks for nothing; a row has several verdicts, "a|b". */
export function matches(row: RowWords, filters: Filters): boolean {
  const has = (words: string, wanted: string) => wanted === "" || words.split("|").includes(wanted);
  return has(row.stage, filters.stage) && has(row.verdict, filters.verdict) && has(row.printed, filters.printed);
}

export function countText(shown: number, all: number): string {
  return shown === all ? `${all} statements` : `${shown} of ${all} statements`;
}

function wordsOf(row: HTMLElement): RowWords {
  return {stage: row.dataset["stage"] ?? "", verdict: row.dataset["verdict"] ?? "", printed: row.dataset["printed"] ?? ""};
}

export function startBoard(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form.filters");
  if (!form) return;
  const rows = [...root.querySelectorAll<HTMLElement>("details.row")];
  const words = rows.map(wordsOf);
  const output = form.querySelector("output");
  const apply = () => {
    const filters: Filters = {stage: "", verdict: "", printed: ""};
    for (const select of form.querySelectorAll<HTMLSelectElement>("select"))
      filters[select.dataset["filter"] as keyof Filters] = select.value;
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !matches(words[i]!, filters);
      shown += row.hidden ? 0 : 1;
    });
    if (output) output.textContent = countText(shown, rows.length);
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The selects have their first values again only after the event.
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}
