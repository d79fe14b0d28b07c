import type { Option, Say } from "../types";

/** Quick answers under a message. */
export function Choices({ options, say }: { options: Option[]; say: Say }) {
  return (
    <div class="choices" role="group">
      {options.map(({ title, payload }) => (
        <button key={payload} type="button" class="choice" onClick={() => say({ payload, title })}>
          {title}
        </button>
      ))}
    </div>
  );
}
