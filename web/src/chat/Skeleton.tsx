import { words } from "./words";

/** The shape of what is about to be there. */
export function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label={words.loading}>
      <span class="ghost ghost-1" />
      <span class="ghost ghost-2" />
      <span class="ghost ghost-3" />
      <span class="ghost ghost-4" />
    </div>
  );
}
