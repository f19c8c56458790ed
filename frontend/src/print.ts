/** The print page opens the printer's window by itself. */
import "../styles/shell.css";

addEventListener("load", () => {
  void document.fonts.ready.then(() => print());
});
