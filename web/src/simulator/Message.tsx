// One bubble and what hangs below it: reply buttons, the opener of a list, or a link.
import type { ComponentChildren } from "preact";
import { MenuIcon, OutIcon, ReplyIcon, Ticks } from "./icons";
import type { Action, Bubble, Reply, Row } from "./standin";
import { Words } from "./Words";

export interface Menu {
  of: string;
  title: string;
  sections: { title?: string; rows: Row[] }[];
}

interface Props {
  bubble: Bubble;
  onTap(reply: Reply, of: string): void;
  onMenu(menu: Menu): void;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

function content({ body }: Bubble): ComponentChildren {
  if (body.image) {
    return (
      <>
        <img src={body.image.link} alt={body.image.caption ?? "Picture from the shop"} loading="lazy" />
        {body.image.caption && <Words text={body.image.caption} />}
      </>
    );
  }
  const told = body.interactive;
  if (!told) return <Words text={body.text?.body ?? `(${body.type})`} />;
  const tapped = told.button_reply ?? told.list_reply;
  if (tapped) {
    return (
      <>
        <Words text={tapped.title} />
        {told.list_reply?.description && <p class="soft">{told.list_reply.description}</p>}
      </>
    );
  }
  return (
    <>
      {told.header?.image && <img src={told.header.image.link} alt="" loading="lazy" />}
      {told.header?.text && <p class="head">{told.header.text}</p>}
      <Words text={told.body?.text ?? ""} />
      {told.footer && <p class="soft">{told.footer.text}</p>}
    </>
  );
}

function Below({ action, bubble, onTap, onMenu }: Props & { action: Action }) {
  if ("buttons" in action) {
    return action.buttons.map(({ reply }) => (
      <button type="button" class="below" key={reply.id} onClick={() => onTap(reply, bubble.id)}>
        <ReplyIcon />
        {reply.title}
      </button>
    ));
  }
  if ("sections" in action) {
    const menu = { of: bubble.id, title: action.button, sections: action.sections };
    return (
      <button type="button" class="below" aria-haspopup="dialog" onClick={() => onMenu(menu)}>
        <MenuIcon />
        {action.button}
      </button>
    );
  }
  return (
    <a class="below" href={action.parameters.url} target="_blank" rel="noopener">
      <OutIcon />
      {action.parameters.display_text}
    </a>
  );
}

export function Message(props: Props) {
  const { bubble } = props;
  const action = bubble.mine ? undefined : bubble.body.interactive?.action;
  const at = new Date(bubble.at * 1000);
  return (
    <li class={bubble.mine ? "message mine" : "message"}>
      <div class="bubble">
        <span class="hidden">{bubble.mine ? "You: " : "Shop: "}</span>
        {content(bubble)}
        <span class="meta">
          <time dateTime={at.toISOString()}>{CLOCK.format(at)}</time>
          {bubble.mine && <Ticks state={bubble.state} />}
        </span>
      </div>
      {action && <Below {...props} action={action} />}
    </li>
  );
}
