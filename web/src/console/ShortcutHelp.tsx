// The list of keys, opened with "?".
import { Kbd, Modal } from "@mantine/core";
import type { Shortcut } from "./useShortcuts";

interface Props {
  shortcuts: Shortcut[];
  opened: boolean;
  onClose: () => void;
}

export function ShortcutHelp({ shortcuts, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="sm" centered>
      <dl className="console-keys">
        {shortcuts.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <Kbd>{key === "Escape" ? "Esc" : key}</Kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
