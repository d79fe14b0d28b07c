// The faces on a message, and for the shop's messages the button that offers them.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Bubble } from "./bodies";
import { useHand } from "./hand";
import { FaceIcon } from "./icons";
import { LOOKS } from "./platforms";

export function Reactions({ bubble }: { bubble: Bubble }) {
  const { act, platform } = useHand();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const { customer, shop } = bubble.reactions;

  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => !box.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("pointerdown", leave);
    box.current?.querySelector<HTMLElement>(".faces button")?.focus();
    return () => document.removeEventListener("pointerdown", leave);
  }, [open]);

  const react = (emoji: string) => {
    setOpen(false);
    void act({ reaction: { emoji: emoji === customer ? "" : emoji }, of: bubble.id });
  };
  return (
    <>
      {(customer || shop) && (
        <span class="given" role="img" aria-label={`Reactions: ${[customer, shop].filter(Boolean).join(" ")}`}>
          {customer}
          {shop}
        </span>
      )}
      {!bubble.mine && (
        <span ref={box} class="react" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
          <button type="button" aria-label="React to this message" aria-expanded={open} onClick={() => setOpen(!open)}>
            <FaceIcon />
          </button>
          {open && (
            <span class="faces" role="group" aria-label="Reactions">
              {LOOKS[platform].faces.map((face) => (
                <button type="button" key={face} aria-pressed={face === customer} onClick={() => react(face)}>
                  {face}
                </button>
              ))}
            </span>
          )}
        </span>
      )}
    </>
  );
}
