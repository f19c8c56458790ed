/** Every page's script: htmx under a strict policy, the small elements, and the door to the heavy ones. */
import "../styles/shell.css";
import htmx from "htmx.org";
import { loadHeavyElements } from "./heavy";
import { clearDayAtSignOut } from "./offline/signed-out";
import "./elements/theme-toggle";
import "./elements/toast-region";
import "./elements/confirm-dialog";
import "./elements/keyboard-shortcuts";
import "./elements/list-selection";
import "./elements/column-chooser";
import "./elements/copy-link";
import "./elements/unsaved-guard";
import "./elements/offline-banner";
import "./elements/drop-closer";
import "./elements/fill-in";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // people's data must not rest in the browser's storage
  refreshOnHistoryMiss: true, // so "back" asks the server
  scrollBehavior: "auto",
  attributesToSettle: ["class"], // "style" would be set as an attribute, which the policy reports
  timeout: 60_000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form with its errors
    { code: "[45]..", swap: false, error: true },
  ],
});

// On a phone the row of tabs is longer than the screen: the one that is open is to be seen.
document.querySelector(".tabs > [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

clearDayAtSignOut();
loadHeavyElements(document.body);
document.addEventListener("htmx:load", (event) => loadHeavyElements(event.target as HTMLElement));
