// How many SMS a text is, as the sender counts (bot/channels/sms_alphabet.py): it writes typographic signs plainly where
// that keeps the text in the networks' own alphabet.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");
const PLAIN: [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212\u00b7\u2022]/g, "-"],
  [/[\u00a0\u2002\u2003\u2007-\u200a\u202f\t]/g, " "],
  [/\u00d7/g, "x"],
  [/\u2026/g, "..."],
];

export interface Segments {
  /** What is left in the last one. */
  left: number;
  count: number;
  /** One sign outside of the networks' alphabet makes every SMS hold 70 characters in place of 160. */
  wide: boolean;
}

export function segmentsOf(text: string): Segments {
  const plain = PLAIN.reduce((so, [sign, written]) => so.replace(sign, written), text);
  const signs = [...plain];
  const wide = !signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
  const length = wide ? text.length : signs.reduce((sum, sign) => sum + (EXTENDED.has(sign) ? 2 : 1), 0);
  const [alone, each] = wide ? [70, 67] : [160, 153];
  const count = length <= alone ? 1 : Math.ceil(length / each);
  return { left: (count === 1 ? alone : count * each) - length, count, wide };
}
