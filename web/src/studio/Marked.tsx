// An example with its entity marks as coloured words instead of brackets.
import type { ReactNode } from "react";

const MARK = /\[([^\]]+)\](?:\(([^:)]+)(?::([^)]+))?\)|(\{[^}]+\}))/g;

function entityOf(json: string): string {
  try {
    const { entity, value } = JSON.parse(json) as { entity?: string; value?: string };
    return value ? `${entity} = ${value}` : (entity ?? "");
  } catch {
    return json;
  }
}

export function Marked({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(MARK)) {
    const [whole, words, name, value, json] = found;
    const entity = json ? entityOf(json) : value ? `${name} = ${value}` : name;
    parts.push(text.slice(end, found.index));
    parts.push(
      <mark key={found.index} title={entity}>
        {words}
        <span className="console-spoken"> ({entity})</span>
      </mark>,
    );
    end = found.index + whole.length;
  }
  return (
    <span>
      {parts}
      {text.slice(end)}
    </span>
  );
}
