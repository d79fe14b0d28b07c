/** `plural(3, { one: "rzecz", few: "rzeczy", other: "rzeczy" })`: the count as that language writes it, and its word. */
export function pluralIn(tag: string) {
  const rules = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  return (count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }): string =>
    `${number.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}
