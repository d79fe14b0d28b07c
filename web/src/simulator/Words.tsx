// A message's words as WhatsApp shows them: lines kept, *bold*, _italic_, and addresses as links.
import type { ComponentChildren } from "preact";

const MARKS = /(https?:\/\/[^\s]+[^\s.,!?)])|\*(\S(?:[^*\n]*\S)?)\*|(?<![\w])_(\S(?:[^_\n]*\S)?)_(?![\w])/g;

function pieces(text: string): ComponentChildren[] {
  const shown: ComponentChildren[] = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    const [whole, address, bold, italic] = found;
    shown.push(text.slice(from, found.index));
    if (address) shown.push(<a href={address} target="_blank" rel="noopener noreferrer">{address}</a>);
    else if (bold) shown.push(<strong>{bold}</strong>);
    else shown.push(<em>{italic}</em>);
    from = found.index + whole.length;
  }
  return [...shown, text.slice(from)];
}

export function Words({ text }: { text: string }) {
  return <p class="words">{pieces(text)}</p>;
}
