/**
 * <photo-input max="5" max-mb="40"> around a file input for photos: take or choose some, see them, take one back.
 *
 * Each photo is drawn smaller on the phone before it travels (a 12 MB photo becomes about 600 kB, without the place
 * it was taken at). What this browser cannot draw, such as HEIC in Chrome, goes as it is: the server can.
 * The input itself always holds the photos, so that forms and htmx send them as usual. `settled` ends when all are drawn.
 */
import { say } from "../words";

const LONGEST_SIDE = 2048;
const QUALITY = 0.85;
const SMALL_ENOUGH = 2_500_000;

interface Photo {
  file: File;
  row: HTMLElement;
  address: string;
}

class PhotoInput extends HTMLElement {
  settled: Promise<unknown> = Promise.resolve();
  private photos: Photo[] = [];
  private readonly list = document.createElement("ul");
  private trouble = "";
  private isReady = false;

  connectedCallback(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.list.className = "photo-list";
    this.list.setAttribute("aria-label", say("photosChosen"));
    const tools = document.createElement("div");
    tools.className = "cluster";
    if (matchMedia("(pointer: coarse)").matches) tools.append(this.camera());
    tools.append(this.button(say("photoChoose"), () => this.input.click()));
    this.input.hidden = true; // its label and our buttons open it all the same
    this.input.after(tools, this.list);
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => (event.preventDefault(), this.take(event.dataTransfer?.files)));
    this.closest("form")?.addEventListener("form-emptied", () => this.empty());
    if (this.input.files?.length) this.take(this.input.files);
  }

  disconnectedCallback(): void {
    setTimeout(() => this.isConnected || this.photos.forEach(({ address }) => URL.revokeObjectURL(address)));
  }

  private get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('input[type="file"][name]')!;
  }

  private get most(): number {
    return Number(this.getAttribute("max") ?? 5);
  }

  /** A second input that opens the camera at once; phones offer only the album for several pictures. */
  private camera(): HTMLElement {
    const lens = document.createElement("input");
    lens.type = "file";
    lens.accept = "image/*";
    lens.setAttribute("capture", "environment");
    lens.hidden = true;
    lens.addEventListener("change", (event) => {
      event.stopPropagation();
      this.take(lens.files);
      lens.value = "";
    });
    const button = this.button(say("photoTake"), () => lens.click());
    button.append(lens);
    lens.addEventListener("click", (event) => event.stopPropagation());
    return button;
  }

  /** The input may hold new ones, ours, or both; ours are known by their file. */
  private take(chosen: FileList | null | undefined): void {
    const fresh = [...(chosen ?? [])].filter((file) => !this.photos.some((photo) => photo.file === file));
    this.settled = this.settled.then(() => this.takeAll(fresh));
  }

  private async takeAll(fresh: File[]): Promise<void> {
    this.trouble = "";
    for (const file of fresh) {
      if (this.photos.length >= this.most) {
        this.trouble = say("photoTooMany", this.most);
        break;
      }
      if (isPicture(file)) await this.add(file);
      else this.trouble = say("photoNone", file.name);
    }
    this.hold();
  }

  private async add(original: File): Promise<void> {
    this.say(say("photoShrinking"));
    const file = await smaller(original);
    const limit = Number(this.getAttribute("max-mb") ?? 40);
    if (file.size > limit * 1_048_576) {
      this.trouble = say("photoTooBig", limit);
      return;
    }
    const photo: Photo = { file, row: document.createElement("li"), address: URL.createObjectURL(file) };
    const picture = new Image();
    picture.alt = say("photoNumber", this.photos.length + 1);
    picture.onerror = () => picture.replaceWith(placeholder());
    picture.src = photo.address;
    const size = document.createElement("span");
    size.className = "photo-size";
    size.textContent = sizeWords(file.size);
    const remove = this.button(say("photoRemove"), () => this.takeBack(photo));
    remove.setAttribute("aria-label", `${say("photoRemove")}: ${picture.alt}`);
    photo.row.append(picture, size, remove);
    this.list.append(photo.row);
    this.photos.push(photo);
  }

  private takeBack(photo: Photo): void {
    this.trouble = "";
    this.photos = this.photos.filter((each) => each !== photo);
    photo.row.remove();
    URL.revokeObjectURL(photo.address);
    this.hold();
    this.querySelector<HTMLElement>(".photo-list button, .cluster button")?.focus();
  }

  private empty(): void {
    this.trouble = "";
    for (const photo of this.photos) URL.revokeObjectURL(photo.address);
    this.photos = [];
    this.list.replaceChildren();
    this.hold();
  }

  /** Put what is held into the input, and tell whoever keeps drafts. */
  private hold(): void {
    const held = new DataTransfer();
    for (const { file } of this.photos) held.items.add(file);
    this.input.files = held.files;
    // DataTransfer hands back the same files in a new list: they are ours, and known.
    this.photos.forEach((photo, place) => (photo.file = this.input.files?.[place] ?? photo.file));
    this.input.dispatchEvent(new CustomEvent("input", { bubbles: true }));
    const total = this.photos.reduce((sum, { file }) => sum + file.size, 0);
    const words = this.photos.length ? say("photosHeld", `${this.photos.length} · ${sizeWords(total)}`) : "";
    this.say([this.trouble, words].filter(Boolean).join(" · "));
  }

  private button(words: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  private say(words: string): void {
    const status = this.querySelector("[data-photo-status]");
    if (status) status.textContent = words;
  }
}

function isPicture(file: File): boolean {
  return file.type.startsWith("image/") || /\.(jpe?g|png|webp|hei[cf])$/i.test(file.name);
}

function sizeWords(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function placeholder(): HTMLElement {
  const words = document.createElement("span");
  words.className = "photo-unseen";
  words.textContent = say("photoUnseen");
  return words;
}

/** The photo at no more than 2,048 px, upright; the original where it is small already or cannot be drawn here. */
async function smaller(file: File): Promise<File> {
  let drawn: ImageBitmap;
  try {
    drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  try {
    const share = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
    if (share === 1 && file.type === "image/jpeg" && file.size <= SMALL_ENOUGH) return file;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(drawn.width * share), Math.round(drawn.height * share)];
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white"; // JPEG knows no transparency; black would hide a drawing
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  } finally {
    drawn.close();
  }
}
customElements.define("photo-input", PhotoInput);
