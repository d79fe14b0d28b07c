// A message's words: lines kept and addresses as links; on WhatsApp also *bold* and _italic_.
import type { ComponentChildren } from "preact";

const ADDRESSES = /(https?:\/\/[^\s]+[^\s.,!?)])/g;
const MARKS = /(https?:\/\/[^\s]+[^\s.,!?)])|\*(\S(?:[^*\n]*\S)?)\*|(?<![\w])_(\S(?:[^_\n]*\S)?)_(?![\w])/g;

function pieces(text: string, marks: RegExp): ComponentChildren[] {
  const shown: ComponentChildren[] = [];
  let from = 0;
  for (const found of text.matchAll(marks)) {
    const [whole, address, bold, italic] = found;
    shown.push(text.slice(from, found.index));
    if (address) shown.push(<a href={address} target="_blank" rel="noopener noreferrer">{address}</a>);
    else if (bold) shown.push(<strong>{bold}</strong>);
    else shown.push(<em>{italic}</em>);
    from = found.index + whole.length;
  }
  return [...shown, text.slice(from)];
}

export function Words({ text, plain = false }: { text: string; plain?: boolean }) {
  return <p class="words">{pieces(text, plain ? ADDRESSES : MARKS)}</p>;
}
