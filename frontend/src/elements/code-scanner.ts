/**
 * <code-scanner for="input-id"> reads QR and bar codes with the camera of a phone or a computer.
 *
 * It sends "code-scanned" (bubbles, detail {text}); whoever deals with it calls preventDefault(). Otherwise the text goes
 * into the input named by `for` and its form is sent. `keep-open` leaves the camera on for the next code: the same code is
 * told again only after some seconds. `start` opens the camera at once where the person has allowed it before.
 * The browser's own reader is used where it has one; else ours is fetched (scan/reading.ts). No picture leaves the device.
 */
import { say } from "../words";

const EVERY_MS = 160;
const SAME_AGAIN_MS = 4000;
const LONGEST_SIDE = 900;
const FORMATS = ["qr_code", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf"];

interface OwnDetector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface OwnDetectorMaker {
  new (options: { formats: string[] }): OwnDetector;
  getSupportedFormats(): Promise<string[]>;
}
type Read = (video: HTMLVideoElement) => Promise<string>;

class CodeScanner extends HTMLElement {
  private readonly open = this.button(say("scanOpen"), () => void this.start(), "button button-wide scan-open");
  private readonly close = this.button(say("scanClose"), () => this.stop(), "button");
  private readonly light = this.button(say("scanLight"), () => void this.switchLight(), "button");
  private readonly view = document.createElement("div");
  private readonly video = document.createElement("video");
  private readonly words = document.createElement("p");
  private stream: MediaStream | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = { text: "", at: 0 };
  private isLit = false;

  connectedCallback(): void {
    if (!this.view.childElementCount) this.build();
    document.addEventListener("visibilitychange", this.hidden_);
    if (this.hasAttribute("start")) void this.startIfAllowed();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.hidden_);
    this.stop();
  }

  private build(): void {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.setAttribute("aria-label", say("scanHint"));
    const frame = document.createElement("div");
    frame.className = "scan-frame";
    const tools = document.createElement("p");
    tools.className = "scan-tools";
    tools.append(this.light, this.close);
    this.view.className = "scan-view";
    this.view.hidden = true;
    this.view.append(this.video, frame, tools);
    this.words.className = "scan-words soft small";
    this.words.setAttribute("role", "status");
    this.append(this.open, this.view, this.words);
  }

  private button(words: string, act: () => void, looks: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = looks;
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  // ── the camera ────────────────────────────────────────────────────────────────────────────────

  private async startIfAllowed(): Promise<void> {
    const asked = await navigator.permissions?.query({ name: "camera" as PermissionName }).catch(() => null);
    if (asked?.state === "granted") await this.start();
  }

  async start(): Promise<void> {
    if (this.stream) return;
    if (!navigator.mediaDevices?.getUserMedia) return this.say(say("scanNoCamera"));
    this.open.disabled = true;
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (refusal) {
      const isDenied = refusal instanceof DOMException && refusal.name === "NotAllowedError";
      return this.say(say(isDenied ? "scanDenied" : "scanNoCamera"));
    } finally {
      this.open.disabled = false;
    }
    if (!this.isConnected) return this.stop();
    await this.show(this.stream);
  }

  private async show(stream: MediaStream): Promise<void> {
    this.video.srcObject = stream;
    this.view.hidden = false;
    this.open.hidden = true;
    this.light.hidden = !("torch" in (stream.getVideoTracks()[0]?.getCapabilities?.() ?? {}));
    this.say(say("scanHint"));
    await this.video.play().catch(() => null);
    const read = await chooseReader().catch(() => null);
    if (!read) return this.say(say("scanNoCamera"));
    this.look(read);
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.isLit = false;
    this.video.srcObject = null;
    this.view.hidden = true;
    this.open.hidden = false;
    this.say("");
  }

  /** A camera that looks on in a pocket empties the battery. */
  private hidden_ = (): void => {
    if (document.hidden && this.stream) this.stop();
  };

  private async switchLight(): Promise<void> {
    this.isLit = !this.isLit;
    const track = this.stream?.getVideoTracks()[0];
    await track?.applyConstraints({ advanced: [{ torch: this.isLit } as MediaTrackConstraintSet] }).catch(() => null);
    this.light.setAttribute("aria-pressed", String(this.isLit));
  }

  // ── reading ───────────────────────────────────────────────────────────────────────────────────

  private look(read: Read): void {
    this.timer = setTimeout(async () => {
      if (!this.stream) return;
      const text = this.video.readyState >= 2 ? await read(this.video).catch(() => "") : "";
      if (!this.stream) return;
      if (text.trim()) this.found(text.trim());
      if (this.stream) this.look(read);
    }, EVERY_MS);
  }

  private found(text: string): void {
    const now = Date.now();
    const isSame = text === this.last.text && now - this.last.at < SAME_AGAIN_MS;
    // As long as the label stays in view it is one scan.
    this.last = { text, at: now };
    if (isSame) return;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(60);
    this.say(say("scanFound", text.length > 60 ? `${text.slice(0, 60)}…` : text));
    const told = new CustomEvent("code-scanned", { bubbles: true, cancelable: true, detail: { text } });
    const isFree = this.dispatchEvent(told);
    if (!this.hasAttribute("keep-open")) this.stop();
    if (isFree) this.fill(text);
  }

  private fill(text: string): void {
    const input = document.getElementById(this.getAttribute("for") ?? "");
    if (!(input instanceof HTMLInputElement)) return;
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.form?.requestSubmit();
  }

  private say(words: string): void {
    this.words.textContent = words;
  }
}

/** The browser's own reader where it knows QR codes; else ours. */
async function chooseReader(): Promise<Read> {
  const { BarcodeDetector: maker } = globalThis as { BarcodeDetector?: OwnDetectorMaker };
  const known = (await maker?.getSupportedFormats().catch(() => [])) ?? [];
  if (maker && known.includes("qr_code")) {
    const detector = new maker({ formats: FORMATS.filter((each) => known.includes(each)) });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  const { read } = await import("../scan/reading");
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true })!;
  return async (video) => {
    const share = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.max(1, Math.round(video.videoWidth * share));
    canvas.height = Math.max(1, Math.round(video.videoHeight * share));
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    return read(paper.getImageData(0, 0, canvas.width, canvas.height));
  };
}

customElements.define("code-scanner", CodeScanner);
