/** The design's colours as WebGL can use them: custom properties hold light-dark() pairs, so the browser resolves them. */
export interface Palette {
  ground: string;
  town: string;
  line: string;
  ink: string;
  halo: string;
  accent: string;
  plain: string;
  few: string;
  many: string;
}

const NAMES: Record<keyof Palette, string> = {
  ground: "--map-ground",
  town: "--map-town",
  line: "--map-line",
  ink: "--ink",
  halo: "--surface",
  accent: "--accent",
  plain: "--map-plain",
  few: "--map-few",
  many: "--map-many",
};

export function readPalette(inside: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  inside.append(probe);
  const found = Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => {
      probe.style.color = `var(${name})`;
      return [key, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found as unknown as Palette;
}
