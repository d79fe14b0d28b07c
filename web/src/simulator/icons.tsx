// Drawn here, 24 units wide, in the colour of the text around them.
import type { ComponentChildren } from "preact";
import type { State } from "./bodies";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const ShopIcon = () => (
  <Icon>
    <path d="M4 9.5 5.5 4.5h13L20 9.5a2.67 2.67 0 0 1-5.33 0 2.67 2.67 0 0 1-5.34 0A2.67 2.67 0 0 1 4 9.5M5.5 12.5v7h13v-7" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M5 12 4 5l16 7-16 7 1-7h7" />
  </Icon>
);
export const MenuIcon = () => (
  <Icon>
    <path d="M9 7h11M9 12h11M9 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01" />
  </Icon>
);
export const ReplyIcon = () => (
  <Icon>
    <path d="m9 7-5 5 5 5M4 12h10a5 5 0 0 1 5 5v1" />
  </Icon>
);
export const OutIcon = () => (
  <Icon>
    <path d="M9 6H6v12h12v-3M13 5h6v6M19 5l-8 8" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const MinusIcon = () => (
  <Icon>
    <path d="M5 12h14" />
  </Icon>
);
export const NextIcon = () => (
  <Icon>
    <path d="m9 5 7 7-7 7" />
  </Icon>
);
export const PictureIcon = () => (
  <Icon>
    <path d="M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01" />
  </Icon>
);
export const MicIcon = () => (
  <Icon>
    <path d="M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4M6 11.5a6 6 0 0 0 12 0M12 17.5V20" />
  </Icon>
);
export const PinIcon = () => (
  <Icon>
    <path d="M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11M12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4" />
  </Icon>
);
export const BagIcon = () => (
  <Icon>
    <path d="M5 8.5h14l-1 11H6zM9 11V7a3 3 0 0 1 6 0v4" />
  </Icon>
);
export const FileIcon = () => (
  <Icon>
    <path d="M7 4h7l4 4v12H7zM14 4v4h4" />
  </Icon>
);
export const FaceIcon = () => (
  <Icon>
    <path d="M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M8.5 14a4.2 4.2 0 0 0 7 0M9.3 9.5h.01M14.7 9.5h.01" />
  </Icon>
);
export const PlayIcon = () => (
  <Icon>
    <path d="M8 5.5v13l10.5-6.5z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon>
    <path d="M9 6v12M15 6v12" />
  </Icon>
);

const WORDS: Record<State, string> = {
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Failed",
};

/** One tick: sent. Two: the shop's webhook answered. Two in colour: the shop marked it read. */
export function Ticks({ state }: { state: State }) {
  return (
    <span class={`ticks ticks-${state}`} role="img" aria-label={WORDS[state]} title={WORDS[state]}>
      <svg viewBox="0 0 18 12" aria-hidden="true" focusable="false">
        <path d="m1 6.5 3.5 3.5L11 2" />
        {(state === "delivered" || state === "read") && <path d="m8 9 1 1 7-8" />}
      </svg>
    </span>
  );
}
