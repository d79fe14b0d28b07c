// Drawn here, 24 units wide, in the colour of the text around them.
import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const ShopIcon = () => (
  <Icon>
    <path d="M4 9.5 5.5 4.5h13L20 9.5a2.67 2.67 0 0 1-5.33 0 2.67 2.67 0 0 1-5.34 0A2.67 2.67 0 0 1 4 9.5M5.5 12.5v7h13v-7M10 19.5v-4h4v4" />
  </Icon>
);
export const CartIcon = () => (
  <Icon>
    <path d="M5.5 8h13l1 12h-15zM9 8V7a3 3 0 0 1 6 0v1" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const OutIcon = () => (
  <Icon>
    <path d="M9 6H6v12h12v-3M13 5h6v6M19 5l-8 8" />
  </Icon>
);
export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
);
export const WarnIcon = () => (
  <Icon>
    <path d="M12 4l9 16H3zM12 10v4M12 17v.5" />
  </Icon>
);
export const ClockIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 8v4l3 2" />
  </Icon>
);
