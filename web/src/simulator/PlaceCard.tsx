// A place on a drawn map. The map is the same everywhere: a real one would need somebody else's server.
import type { Place } from "./bodies";
import { PinIcon } from "./icons";

export function PlaceCard({ place }: { place: Place }) {
  return (
    <div class="place">
      <div class="map" aria-hidden="true">
        <PinIcon />
      </div>
      <p class="head">{place.name ?? "Pinned location"}</p>
      <p class="soft">{place.address ?? `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`}</p>
    </div>
  );
}
