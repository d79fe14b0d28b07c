// Cards side by side: swiped with a thumb, scrolled with a wheel, or moved by the two buttons.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { NextIcon } from "./icons";

export function Carousel({ label, children }: { label: string; children: ComponentChildren }) {
  const track = useRef<HTMLUListElement>(null);
  const [ends, setEnds] = useState({ first: true, last: true });

  const look = () => {
    const { scrollLeft = 0, clientWidth = 0, scrollWidth = 0 } = track.current ?? {};
    setEnds({ first: scrollLeft < 4, last: scrollLeft + clientWidth > scrollWidth - 4 });
  };
  useEffect(look, [children]);
  const move = (way: 1 | -1) => {
    const width = track.current?.querySelector("li")?.clientWidth ?? 0;
    track.current?.scrollBy({ left: way * (width + 8), behavior: "smooth" });
  };

  return (
    <div class="carousel" role="group" aria-label={label}>
      <ul ref={track} class="track" onScroll={look} tabIndex={0}>
        {children}
      </ul>
      {!ends.first && (
        <button type="button" class="move back" aria-label="Previous card" onClick={() => move(-1)}>
          <NextIcon />
        </button>
      )}
      {!ends.last && (
        <button type="button" class="move on" aria-label="Next card" onClick={() => move(1)}>
          <NextIcon />
        </button>
      )}
    </div>
  );
}
