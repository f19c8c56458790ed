/** Lengths and areas on the round earth, and how people here say them (ไร่ งาน ตารางวา). */
import { tell } from "./words";
import { thaiNumber } from "../words";

export type Place = [lng: number, lat: number];
const EARTH_M = 6_371_008.8;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;

export function distance(a: Place, b: Place): number {
  const high = Math.sin(rad(b[1] - a[1]) / 2) ** 2;
  const wide = Math.cos(rad(a[1])) * Math.cos(rad(b[1])) * Math.sin(rad(b[0] - a[0]) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(high + wide));
}

export function lengthOf(line: Place[]): number {
  return line.slice(1).reduce((sum, place, index) => sum + distance(line[index] as Place, place), 0);
}

/** Area of a ring by the spherical excess under its edges (good to 0.3 % for a town). */
export function areaOf(ring: Place[]): number {
  const twice = ring.reduce((sum, a, index) => {
    const b = ring[(index + 1) % ring.length] as Place;
    return sum + rad(b[0] - a[0]) * (2 + Math.sin(rad(a[1])) + Math.sin(rad(b[1])));
  }, 0);
  return Math.abs((twice * EARTH_M * EARTH_M) / 2);
}

export function circle(centre: Place, radius: number): Place[] {
  const high = radius / 111_320;
  const wide = high / Math.cos(rad(centre[1]));
  return Array.from({ length: 64 }, (_, step) => {
    const turn = (2 * Math.PI * step) / 64;
    return [centre[0] + wide * Math.cos(turn), centre[1] + high * Math.sin(turn)] as Place;
  });
}

export function lengthWords(metres: number): string {
  return metres < 1000 ? `${thaiNumber(Math.round(metres))} ${tell("metres")}` : `${thaiNumber(Math.round(metres / 10) / 100)} ${tell("kilometres")}`;
}

export function areaWords(squareMetres: number): string {
  const metric =
    squareMetres < 1_000_000
      ? `${thaiNumber(Math.round(squareMetres))} ${tell("squareMetres")}`
      : `${thaiNumber(Math.round(squareMetres / 10_000) / 100)} ${tell("squareKilometres")}`;
  const wa = Math.round(squareMetres / 4);
  return `${metric} (${tell("rai", `${thaiNumber(Math.floor(wa / 400))}-${Math.floor((wa % 400) / 100)}-${wa % 100}`)})`;
}
