import { Linked } from "../Linked";
import type { Body } from "../types";
import { Image } from "./Image";

export function Picture({ body }: { body: Body<"picture"> }) {
  return (
    <figure class="picture">
      <Image src={body.url} alt={body.caption} />
      {body.caption && (
        <figcaption>
          <Linked text={body.caption} />
        </figcaption>
      )}
    </figure>
  );
}
