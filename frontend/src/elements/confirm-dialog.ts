/**
 * <confirm-dialog> around one <dialog>: asks before a form or an htmx request that carries data-confirm="…"
 * (or hx-confirm). data-confirm-yes names the button. A confirmed form gets the field confirmed=1,
 * so that the server can ask by itself where scripts do not run.
 */
class ConfirmDialog extends HTMLElement {
  private agreed: (() => void) | undefined;

  connectedCallback(): void {
    document.addEventListener("submit", this.onSubmit, true);
    document.addEventListener("htmx:confirm", this.onHtmx);
    this.dialog.addEventListener("close", () => {
      const go = this.agreed;
      this.agreed = undefined;
      if (this.dialog.returnValue === "yes") go?.();
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("submit", this.onSubmit, true);
    document.removeEventListener("htmx:confirm", this.onHtmx);
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  private onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || form.querySelector('input[name="confirmed"]') || form.method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.ask(question, event.submitter?.dataset.confirmYes ?? form.dataset.confirmYes, () => {
      const said = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" });
      form.append(said);
      form.requestSubmit(event.submitter as HTMLElement | null);
      setTimeout(() => said.remove(), 0);
    });
  };

  private onHtmx = (event: Event): void => {
    const detail = (event as CustomEvent<{ question: string | null; elt: HTMLElement; issueRequest(skip: boolean): void }>).detail;
    if (!detail.question) return;
    event.preventDefault();
    this.ask(detail.question, detail.elt.dataset.confirmYes, () => detail.issueRequest(true));
  };

  private ask(question: string, yes: string | undefined, agreed: () => void): void {
    this.agreed = agreed;
    this.querySelector("[data-question]")!.textContent = question;
    const button = this.querySelector<HTMLButtonElement>('button[value="yes"]')!;
    button.dataset.usual ??= button.textContent ?? "";
    button.textContent = yes ?? button.dataset.usual;
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }
}
customElements.define("confirm-dialog", ConfirmDialog);
