/** Icons of the product, by their name in Lucide (ISC licence). Add a name here, build, use {% icon "name" %}. */
export const ICONS = [
  "activity", "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "arrow-up-right", "baby",
  "badge-check", "ban", "bed", "bell", "book-open", "bookmark", "boxes", "building-2", "calendar", "calendar-days",
  "camera", "chart-bar", "chart-line", "check", "check-check", "chevron-down", "chevron-left", "chevron-right",
  "chevron-up", "chevrons-up-down", "circle", "circle-alert", "circle-check", "circle-dashed", "circle-help",
  "circle-x", "circle-minus", "circle-question-mark", "octagon-x", "car", "clipboard-list", "clock", "cloud-off", "columns-3", "copy", "crosshair", "database", "download",
  "droplets", "ellipsis", "external-link", "eye", "eye-off", "file", "file-down", "file-spreadsheet", "file-text",
  "file-up", "flag", "folder", "footprints", "funnel", "git-merge", "hand-heart", "hand-helping", "heart-pulse",
  "history", "hourglass", "house", "id-card", "image", "inbox", "info", "key-round", "keyboard", "languages", "lasso-select",
  "layers", "layout-dashboard", "lightbulb", "link", "list", "list-checks", "loader", "lock", "lock-open", "log-in",
  "log-out", "mail", "map", "map-pin", "map-pin-off", "map-pinned", "maximize", "megaphone", "menu", "message-square",
  "minus", "monitor", "moon", "move", "package", "palette", "pause", "pencil", "pentagon", "phone", "play", "plus", "printer",
  "qr-code", "radio", "refresh-cw", "repeat", "rotate-ccw", "route", "ruler", "save", "scale", "scan", "search",
  "send", "settings", "share-2", "shield", "shield-check", "sliders-horizontal", "smartphone", "sparkles", "split",
  "square-check", "square-dashed", "stamp", "star", "sun", "table", "tag", "thumbs-up", "timer", "trash-2", "tree-palm", "trending-down",
  "trending-up", "triangle-alert", "truck", "undo-2", "upload", "user", "user-check", "user-plus", "user-round",
  "users", "users-round", "waves", "wrench", "x", "zoom-in",
  // what a town owns
  "armchair", "bike", "box", "cctv", "chef-hat", "circle-dot", "construction", "factory", "fan", "fire-extinguisher", "graduation-cap",
  "land-plot", "landmark", "laptop", "plug", "signpost", "sprout", "stethoscope", "traffic-cone", "volume-2",
];
