// Light and dark: the system's choice until the button is pressed, then the reader's, remembered where that is allowed.

export type Theme = "light" | "dark";

export function otherTheme(theme: Theme): Theme {
  return theme === "dark" ? "light" : "dark";
}

const key = "verimix-report-theme";

function remembered(): Theme | undefined {
  try {
    const word = localStorage.getItem(key);
    return word === "light" || word === "dark" ? word : undefined;
  } catch {
    return undefined; // pages from a file may have no storage
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // not remembered, nothing lost
  }
}

export function startTheme(button: HTMLButtonElement | null): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let theme: Theme = remembered() ?? (system.matches ? "dark" : "light");
  const show = () => {
    root.dataset["theme"] = theme;
    button?.setAttribute("aria-pressed", String(theme === "dark"));
  };
  show();
  system.addEventListener("change", () => {
    if (remembered()) return;
    theme = system.matches ? "dark" : "light";
    show();
  });
  button?.addEventListener("click", () => {
    theme = otherTheme(theme);
    remember(theme);
    show();
  });
}
