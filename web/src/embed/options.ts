// What the site wants, read from the script's own tag.

export interface Options {
  /** Where the shop is: where the script came from. */
  shop: string;
  side: "left" | "right";
  /** Of the button, as #rrggbb. */
  colour: string | null;
  /** On the button, instead of the shop's name. */
  label: string | null;
  open: boolean;
  locale: string | null;
}

export function optionsOf(script: HTMLScriptElement): Options {
  const { position, colour, label, open, locale } = script.dataset;
  if (colour && !/^#[\da-f]{6}$/i.test(colour)) console.warn(`Souk: data-colour is a colour like #0f6660, not "${colour}".`);
  return {
    shop: new URL(script.src).origin,
    side: position === "left" ? "left" : "right",
    colour: colour && /^#[\da-f]{6}$/i.test(colour) ? colour : null,
    label: label?.trim() || null,
    open: open !== undefined && open !== "false",
    locale: locale?.trim() || null,
  };
}

/** Black or white, whichever is read better on `colour` (WCAG's relative luminance; both are equal at 0.179). */
export function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const part = parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
