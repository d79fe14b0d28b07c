// The tokens (src/tokens/tokens.css) as Mantine reads them, so that desk and studio look like the rest of the shop.
import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from "@mantine/core";

// Ten shades around the accent, for the places where Mantine asks for a shade by its number.
const teal: MantineColorsTuple = [
  "#e0efec",
  "#c3e0db",
  "#9fcdc6",
  "#78b8af",
  "#529f96",
  "#2f857d",
  "#0f6660",
  "#0c5a55",
  "#0a4f4b",
  "#073d3a",
];

// Mantine's own greys are cold; ours are warm, as the tokens' neutrals.
const gray: MantineColorsTuple = [
  "#faf8f5",
  "#f2eee8",
  "#e9e3da",
  "#e3ddd3",
  "#d6cec2",
  "#b5ada0",
  "#8a8276",
  "#655f56",
  "#3e3933",
  "#24211d",
];
const dark: MantineColorsTuple = [
  "#f1ede7",
  "#d8d2c9",
  "#b3aba0",
  "#857d73",
  "#3b3631",
  "#332f2a",
  "#2b2723",
  "#221f1c",
  "#181614",
  "#100e0d",
];

const px = (...sizes: number[]) => sizes.map((size) => `${size / 16}rem`);
const [xs, sm, md, lg, xl] = px(4, 8, 12, 16, 24) as [string, string, string, string, string];
const [s13, s14, s16, s20] = px(13, 14, 16, 20) as [string, string, string, string];

export const theme = createTheme({
  colors: { teal, gray, dark },
  primaryColor: "teal",
  primaryShade: 6,
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: s13, sm: s14, md: s14, lg: s16, xl: s20 },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: s20 }, h2: { fontSize: s16 }, h3: { fontSize: s14 }, h4: { fontSize: s13 } },
  },
  spacing: { xs, sm, md, lg, xl },
  radius: { xs: "4px", sm: "8px", md: "8px", lg: "8px", xl: "8px" },
  defaultRadius: "md",
  cursorType: "pointer",
  // The accent is light in the dark, so what stands on it must be dark there; Mantine would write white.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    const accent = !input.color || input.color === "teal";
    return input.variant === "filled" && accent ? { ...colours, color: "var(--on-accent)" } : colours;
  },
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { padding: "lg", transitionProps: { duration: 120 }, closeButtonProps: { "aria-label": "Close" } },
      styles: {
        content: { background: "var(--surface)" },
        header: { background: "var(--surface)" },
        title: { fontSize: "var(--text-l)", fontWeight: 600 },
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 } } },
  },
});

const shared = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-soft)",
  "--mantine-color-placeholder": "var(--ink-soft)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--ink-soft)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-strong)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-primary-color-light": "var(--accent-soft)",
  "--mantine-primary-color-light-hover": "var(--accent-soft)",
  "--mantine-primary-color-light-color": "var(--accent-strong)",
  "--mantine-color-teal-filled": "var(--accent)",
  "--mantine-color-teal-filled-hover": "var(--accent-strong)",
  "--mantine-color-teal-light": "var(--accent-soft)",
  "--mantine-color-teal-light-hover": "var(--accent-soft)",
  "--mantine-color-teal-light-color": "var(--accent-strong)",
  "--mantine-color-teal-outline": "var(--accent)",
  "--mantine-color-teal-text": "var(--accent)",
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
