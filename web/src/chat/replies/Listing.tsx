import type { Body, Say } from "../types";
import { Choices } from "./Choices";

const SHORT = 14;

interface Props {
  body: Body<"listing">;
  open: boolean;
  say: Say;
}

/** A menu without pictures; a few short words, like sizes, are quick answers instead. */
export function Listing({ body, open, say }: Props) {
  if (body.rows.every(({ title, description }) => !description && title.length <= SHORT)) {
    return open ? <Choices options={body.rows} say={say} /> : null;
  }
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
