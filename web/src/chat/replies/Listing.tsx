import type { Body, Say } from "../types";

/** A menu without pictures. */
export function Listing({ body, say }: { body: Body<"listing">; say: Say }) {
  return (
    <ul class="listing" aria-label={body.button}>
      {body.rows.map(({ title, description, payload }) => (
        <li key={payload}>
          <button type="button" onClick={() => say({ payload, title })}>
            <span class="listing-title">{title}</span>
            {description && <span class="listing-more">{description}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
