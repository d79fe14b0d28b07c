// Giving a conversation back to the bot, with a word for colleagues if there is one to leave.
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";

interface Props {
  opened: boolean;
  customer: string;
  onClose: () => void;
  onGiveBack: (note: string) => Promise<boolean>;
}

export function GiveBack({ opened, customer, onClose, onGiveBack }: Props) {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const done = await onGiveBack(note);
    setBusy(false);
    if (done) setNote("");
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Give back to the bot" centered size="md">
      <form onSubmit={(event) => void submit(event)} className="desk-give-back">
        <p>
          The bot answers {customer} again from the next message on. It knows the cart, the orders and what you two said.
          You can take over again at any time.
        </p>
        <Textarea
          label="Note for colleagues"
          description="Optional. The customer never sees it."
          autosize
          minRows={2}
          maxRows={6}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" loading={busy} data-autofocus>
            Give back
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
