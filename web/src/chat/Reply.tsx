import { Linked } from "./Linked";
import { Cards } from "./replies/Cards";
import { Choices } from "./replies/Choices";
import { File } from "./replies/File";
import { LinkButton } from "./replies/LinkButton";
import { Listing } from "./replies/Listing";
import { Order } from "./replies/Order";
import { Picture } from "./replies/Picture";
import { Receipt } from "./replies/Receipt";
import type { Reply as Body, Say } from "./types";

/** One of the things that the shop can say. `open`: nothing was answered to it yet. */
export function Reply({ body, open, say }: { body: Body; open: boolean; say: Say }) {
  switch (body.type) {
    case "text":
    case "template":
      return <Said text={body.text} />;
    case "choices":
      return (
        <>
          <Said text={body.text} />
          {open && <Choices options={body.options} say={say} />}
        </>
      );
    case "link":
      return (
        <>
          <Said text={body.text} />
          <LinkButton label={body.label} url={body.url} primary={open} />
        </>
      );
    case "listing":
      return (
        <>
          <Said text={body.text} />
          <Listing body={body} open={open} say={say} />
        </>
      );
    case "cards":
      return (
        <>
          <Said text={body.text} />
          <Cards cards={body.cards} say={say} />
          {open && body.options.length > 0 && <Choices options={body.options} say={say} />}
        </>
      );
    case "picture":
      return <Picture body={body} />;
    case "receipt":
      return <Receipt body={body} />;
    case "file":
      return <File body={body} />;
    case "order":
      return <Order body={body} />;
  }
}

function Said({ text }: { text: string }) {
  return text ? (
    <p class="bubble">
      <Linked text={text} />
    </p>
  ) : null;
}
