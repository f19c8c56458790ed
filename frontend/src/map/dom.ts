/** Small pieces of page, made without any HTML text: nothing from the data can become markup. */
type Content = Node | string | null | undefined | false;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  settings: { class?: string; text?: string; title?: string; type?: string; attributes?: Record<string, string> } = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (settings.class) element.className = settings.class;
  if (settings.text !== undefined) element.textContent = settings.text;
  if (settings.title) element.title = settings.title;
  if (settings.type) element.setAttribute("type", settings.type);
  for (const [name, value] of Object.entries(settings.attributes ?? {})) element.setAttribute(name, value);
  for (const each of content) if (each) element.append(each);
  return element;
}

export function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const element = make("button", { class: className, text, type: "button" });
  element.addEventListener("click", act);
  return element;
}

/** A dot of a legend colour. The colour goes through the object model: style attributes are forbidden by our policy. */
export function dot(colour: string, shape: "point" | "line" | "polygon" = "point"): HTMLElement {
  const element = make("span", { class: `map-dot map-dot-${shape}`, attributes: { "aria-hidden": "true" } });
  element.style.setProperty("--dot", colour);
  return element;
}

export function toast(text: string, level: "success" | "warning" | "error" | "info" = "info"): void {
  document.dispatchEvent(new CustomEvent("toast", { detail: { level, text } }));
}
