import { words } from "./words";

export function Typing({ name }: { name: string | null }) {
  return (
    <div class="typing" role="status">
      <span class="sr-only">{name ?? words.typing}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
