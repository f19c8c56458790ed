/** What the server sends and how it should look. */
export type Series = { name: string; values: (number | null)[] };
export type Figures = { labels: string[]; series: Series[]; links?: (string | null)[] };
export type Look = {
  kind: string;
  unit: string;
  stacked: boolean;
  horizontal: boolean;
  narrow: boolean;
  calm: boolean;
  font: string;
  colour: (token: string) => string;
};
