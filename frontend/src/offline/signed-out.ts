/** A phone may go from hand to hand: pages of work that lie on it are thrown away when its person signs out. */
import { clearDay } from "./acts";
import { forgetThings } from "./sightings";

const SIGN_OUT = 'form[method="post"][action*="/accounts/logout"]';

/** At the press of "sign out", and on each page that is shown to nobody signed in (the session may have run out). */
export function clearDayAtSignOut(): void {
  if (!document.querySelector(SIGN_OUT)) clearAll();
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLElement).matches(SIGN_OUT)) clearAll();
  });
}

function clearAll(): void {
  void clearDay().catch(() => null);
  void forgetThings().catch(() => null);
}
