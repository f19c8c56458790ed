/** <theme-toggle>: three buttons (data-theme-choice = light | dark | auto); the choice lives in a cookie that the server reads. */
class ThemeToggle extends HTMLElement {
  connectedCallback(): void {
    this.show(document.documentElement.dataset.theme ?? "auto");
    this.addEventListener("click", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[data-theme-choice]")?.dataset.themeChoice;
      if (choice) this.choose(choice);
    });
  }

  private choose(choice: string): void {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    this.show(choice);
    document.dispatchEvent(new CustomEvent("theme-change"));
  }

  private show(choice: string): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  }
}
customElements.define("theme-toggle", ThemeToggle);
