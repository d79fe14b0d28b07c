// Where a customer may be, so that nobody's real place has to be asked for.
import type { Place } from "./bodies";

export const PLACES: (Place & { name: string; address: string })[] = [
  { latitude: 45.7578, longitude: 4.832, name: "Place Bellecour", address: "69002 Lyon, France" },
  { latitude: 52.2297, longitude: 21.0122, name: "Plac Defilad", address: "00-901 Warszawa, Poland" },
  { latitude: 28.6315, longitude: 77.2167, name: "Connaught Place", address: "New Delhi 110001, India" },
  { latitude: 40.7359, longitude: -73.9911, name: "Union Square", address: "New York, NY 10003, USA" },
];
