/**
 * <signature-pad> around a hidden field: sign with a finger, a pen or the mouse; the field gets the drawing as PNG.
 *
 * Without a script, or for those who cannot draw, the name typed in the next field stands for the signature. The
 * canvas is made here, so that nothing empty stands in the page before this code has come.
 */
import { say } from "../words";

const WIDTH = 720;
const HEIGHT = 240;
const PEN = 3.2;

class SignaturePad extends HTMLElement {
  private readonly canvas = document.createElement("canvas");
  private pen: CanvasRenderingContext2D | null = null;
  private last: { x: number; y: number } | null = null;
  private isDrawn = false;

  connectedCallback(): void {
    if (this.pen) return;
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    this.canvas.className = "signature-canvas";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", say("signHere"));
    this.pen = this.canvas.getContext("2d");
    const place = this.querySelector<HTMLElement>("[data-pad]");
    if (!place || !this.pen) return;
    place.append(this.canvas);
    place.hidden = false;
    Object.assign(this.pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#10243f" });
    this.canvas.addEventListener("pointerdown", this.began);
    this.canvas.addEventListener("pointermove", this.moved);
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, this.ended);
    this.clearButton?.addEventListener("click", () => this.clear());
    this.restore();
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>('input[type="hidden"]');
  }

  private get clearButton(): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>('[data-act="clear"]');
  }

  /** What was signed before the page came back with a mistake elsewhere is drawn again. */
  private restore(): void {
    const drawn = this.field?.value ?? "";
    if (!drawn.startsWith("data:image/png;base64,")) return;
    const picture = new Image();
    picture.onload = () => {
      this.pen?.drawImage(picture, 0, 0, WIDTH, HEIGHT);
      this.told(true);
    };
    picture.src = drawn;
  }

  private began = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.place(event);
    this.stroke(this.last); // a tap leaves a dot
  };

  private moved = (event: PointerEvent): void => {
    if (!this.last) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) this.stroke(this.place(step));
  };

  private ended = (): void => {
    if (!this.last) return;
    this.last = null;
    if (this.field) this.field.value = this.canvas.toDataURL("image/png");
    this.field?.dispatchEvent(new Event("change", { bubbles: true }));
    this.told(true);
  };

  private stroke(to: { x: number; y: number }): void {
    if (!this.pen || !this.last) return;
    this.pen.beginPath();
    this.pen.moveTo(this.last.x, this.last.y);
    this.pen.lineTo(to.x, to.y);
    this.pen.stroke();
    this.last = to;
  }

  private place(event: PointerEvent): { x: number; y: number } {
    const frame = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - frame.left) * WIDTH) / frame.width,
      y: ((event.clientY - frame.top) * HEIGHT) / frame.height,
    };
  }

  private clear(): void {
    this.pen?.clearRect(0, 0, WIDTH, HEIGHT);
    if (this.field) this.field.value = "";
    this.told(false);
    this.canvas.focus();
  }

  private told(isDrawn: boolean): void {
    const isNews = isDrawn !== this.isDrawn;
    this.isDrawn = isDrawn;
    if (this.clearButton) this.clearButton.hidden = !isDrawn;
    const status = this.querySelector<HTMLElement>("[data-pad-status]");
    if (status && isNews) status.textContent = isDrawn ? say("signed") : "";
  }
}
customElements.define("signature-pad", SignaturePad);
