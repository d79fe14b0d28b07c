// The field to write in, and what can be sent beside words.
import { useRef, useState } from "preact/hooks";
import { useHand } from "./hand";
import { BagIcon, MenuIcon, MicIcon, PictureIcon, PinIcon, SendIcon } from "./icons";
import { LOOKS } from "./platforms";
import { PlusMenu, type Choice } from "./PlusMenu";
import { Recorder } from "./Recorder";
import type { Act } from "./standin";

interface Props {
  sendFile(file: Blob, act: (id: string) => Act): Promise<boolean>;
  /** Open what the page offers by itself; not there if it offers nothing. */
  openOffers?: () => void;
}

export function Composer({ sendFile, openOffers }: Props) {
  const { act, catalog, openCatalog, openPlaces, platform } = useHand();
  const [text, setText] = useState("");
  const [speaking, setSpeaking] = useState(false);
  const pictures = useRef<HTMLInputElement>(null);
  const sounds = useRef<HTMLInputElement>(null);

  const send = async (event: Event) => {
    event.preventDefault();
    const words = text.trim();
    if (words && (await act({ text: words }))) setText((now) => (now.trim() === words ? "" : now));
  };
  const sendPicture = async (file: File) => {
    const caption = platform === "whatsapp" ? text.trim() : "";
    if (await sendFile(file, (id) => ({ media: { id, kind: "image", caption } }))) setText((now) => (caption ? "" : now));
  };
  const sendNote = (note: Blob) => {
    setSpeaking(false);
    void sendFile(note, (id) => ({ media: { id, kind: "audio", voice: true } }));
  };
  const chosen = (input: HTMLInputElement, take: (file: File) => void) => {
    const file = input.files?.[0];
    input.value = "";
    if (file) take(file);
  };

  const choices: Choice[] = [
    { label: "Picture", icon: <PictureIcon />, choose: () => pictures.current?.click() },
    { label: "Voice note", icon: <MicIcon />, choose: () => setSpeaking(true) },
    { label: "Place", icon: <PinIcon />, choose: () => openPlaces() },
  ];
  if (platform === "whatsapp" && catalog.length) {
    choices.push({ label: "Order", icon: <BagIcon />, choose: () => openCatalog("Catalogue") });
  }
  if (openOffers) choices.push({ label: "Menu of the shop", icon: <MenuIcon />, choose: openOffers });

  // A machine without a microphone still has files.
  const withoutMicrophone = () => {
    setSpeaking(false);
    sounds.current?.click();
  };
  const files = (
    <>
      <input ref={pictures} type="file" accept="image/*" hidden onChange={(e) => chosen(e.currentTarget, (f) => void sendPicture(f))} />
      <input ref={sounds} type="file" accept="audio/*" hidden onChange={(e) => chosen(e.currentTarget, sendNote)} />
    </>
  );
  if (speaking) {
    return (
      <>
        {files}
        <Recorder onSend={sendNote} onCancel={() => setSpeaking(false)} onSilence={withoutMicrophone} />
      </>
    );
  }
  return (
    <form class="composer" onSubmit={send}>
      {files}
      <PlusMenu choices={choices} />
      <input
        class="field"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        placeholder={LOOKS[platform].placeholder}
        aria-label="Message to the shop"
        autocomplete="off"
        enterkeyhint="send"
        maxLength={LOOKS[platform].longest}
      />
      <button type="submit" class="send" aria-label="Send" disabled={!text.trim()}>
        <SendIcon />
      </button>
    </form>
  );
}
