/** The points of a shape being drawn, every change of which can be undone and done again. */
export type Place = [lng: number, lat: number];

const REMEMBERED = 200;

export class Vertices {
  private before: Place[][] = [];
  private after: Place[][] = [];

  constructor(public places: Place[]) {}

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  /** Put other points in place of these; a change that changes nothing is none. */
  change(places: Place[]): void {
    const next = places.map(rounded);
    if (JSON.stringify(next) === JSON.stringify(this.places)) return;
    this.before = [...this.before, this.places].slice(-REMEMBERED);
    this.after = [];
    this.places = next;
  }

  move(index: number, place: Place): void {
    this.change(this.places.map((each, at) => (at === index ? place : each)));
  }

  insert(index: number, place: Place): void {
    this.change([...this.places.slice(0, index), place, ...this.places.slice(index)]);
  }

  remove(index: number): void {
    this.change(this.places.filter((_, at) => at !== index));
  }

  undo(): void {
    const last = this.before.pop();
    if (!last) return;
    this.after.push(this.places);
    this.places = last;
  }

  redo(): void {
    const next = this.after.pop();
    if (!next) return;
    this.before.push(this.places);
    this.places = next;
  }
}

export function rounded([lng, lat]: Place): Place {
  return [Number(lng.toFixed(7)), Number(lat.toFixed(7))];
}

export function middle(a: Place, b: Place): Place {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Metres on the ellipsoid's own degrees: the length that the register writes, to a few centimetres a kilometre. */
export function metresBetween(a: Place, b: Place): number {
  const phi = (((a[1] + b[1]) / 2) * Math.PI) / 180;
  const north = (b[1] - a[1]) * (111_132.92 - 559.82 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi));
  const east = (b[0] - a[0]) * (111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi));
  return Math.hypot(north, east);
}

export function metresAlong(places: Place[]): number {
  return places.slice(1).reduce((sum, place, index) => sum + metresBetween(places[index] as Place, place), 0);
}

/** What a form's text holds, one "latitude, longitude" a line, and back. Lines that say something else are no points. */
export function readPlaces(text: string): Place[] {
  return text.split("\n").flatMap((line) => {
    const [lat, lng] = line.split(/[,;\t ]+/).filter(Boolean).map(Number);
    const isPlace = lat !== undefined && lng !== undefined && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
    return isPlace ? [[lng, lat] as Place] : [];
  });
}

export function writePlaces(places: Place[]): string {
  return places.map(([lng, lat]) => `${lat.toFixed(7)}, ${lng.toFixed(7)}`).join("\n");
}
