// What a customer sent beside words: pictures to look at, recordings to play, files to keep, places, people.
import { useState } from "react";
import { fileOf, type DeskAttachment } from "./words";

interface Props {
  message: number;
  attachments: DeskAttachment[];
}

export function Attachments({ message, attachments }: Props) {
  if (attachments.length === 0) return null;
  return (
    <ul className="desk-attachments">
      {attachments.map((one) => (
        <li key={one.place}>
          <Attachment one={one} address={`/api/v1/desk/media/${message}/${one.place}`} />
          {one.caption && one.kind !== "contact" && one.kind !== "location" && <p>{one.caption}</p>}
        </li>
      ))}
    </ul>
  );
}

const KEPT_NOT: Record<"waiting" | "gone" | "refused", string> = {
  waiting: "being fetched…",
  gone: "gone: the platform no longer has it",
  refused: "not taken: too large, or not what it says it is",
};

function Attachment({ one, address }: { one: DeskAttachment; address: string }) {
  const { kind, state, where, caption, mime_type } = one;
  const word = fileOf(kind);
  if (kind === "location") return <Place where={where} name={caption} />;
  if (kind === "contact") {
    return (
      <p>
        <span className="desk-soft">Contact:</span> {caption || where}
      </p>
    );
  }
  if (state === null) return <p className="desk-soft">{word}</p>;
  if (state !== "kept") {
    return (
      <p className="desk-attachment" data-state={state}>
        {one.filename || word}: {KEPT_NOT[state]}
      </p>
    );
  }
  if (kind === "audio" || mime_type.startsWith("audio/")) {
    return <audio controls preload="none" src={address} aria-label={word} />;
  }
  if (kind === "video" || mime_type.startsWith("video/")) {
    return <video controls preload="none" src={address} aria-label={word} />;
  }
  if (["image", "sticker", "story"].includes(kind)) return <Picture one={one} address={address} word={word} />;
  return <Saved one={one} address={address} word={word} />;
}

function Picture({ one, address, word }: { one: DeskAttachment; address: string; word: string }) {
  // A kind of picture that browsers do not draw is still a file to keep.
  const [drawn, setDrawn] = useState(true);
  if (!drawn) return <Saved one={one} address={address} word={word} />;
  return (
    <a className="desk-thumb" href={address} target="_blank" rel="noreferrer" aria-label={`${word}, full size`}>
      <img src={address} alt={one.caption || word} loading="lazy" onError={() => setDrawn(false)} />
    </a>
  );
}

function Saved({ one, address, word }: { one: DeskAttachment; address: string; word: string }) {
  return (
    <a className="desk-saved" href={address} download={one.filename || true}>
      {one.filename || word}
      {one.size !== null && <span className="desk-soft"> {inBytes(one.size)}</span>}
    </a>
  );
}

function Place({ where, name }: { where: string; name: string }) {
  const [latitude, longitude] = where.split(",").map(Number);
  if (latitude === undefined || longitude === undefined) return <p>{name || "A place"}</p>;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <p>
      <a href={map} target="_blank" rel="noreferrer">
        {name || "Place on the map"}
      </a>{" "}
      <span className="desk-soft">
        {latitude.toFixed(5)}, {longitude.toFixed(5)}
      </span>
    </p>
  );
}

function inBytes(size: number): string {
  if (size < 1000) return `${size} bytes`;
  return size < 1_000_000 ? `${Math.round(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
