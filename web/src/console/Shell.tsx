// The frame of desk and studio: a bar with the page's own content in its middle, the person logged in at its end.
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useSession } from "./session";

interface Props {
  page: string;
  /** Beside the page's name: figures that must always be seen, search, page-wide buttons. */
  bar?: ReactNode;
  /** False while the live stream is broken: what is on screen may be old, and the page says so. */
  online?: boolean;
  /** Opens the list of keys; shown as "?" in the bar. */
  onHelp?: () => void;
  children: ReactNode;
}

const SCHEMES = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

const PLACES = [
  ["Desk", "/desk", ["agent", "owner"]],
  ["Studio", "/studio", ["operator", "owner"]],
] as const;

export function Shell({ page, bar, online, onHelp, children }: Props) {
  const { user, logOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    // The tokens listen to data-theme; Mantine sets an attribute of its own.
    if (colorScheme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = colorScheme;
  }, [colorScheme]);
  const initials = user.name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join("");
  return (
    <div className="console-shell">
      <header className="console-bar">
        <h1 className="console-brand">
          <span aria-hidden="true" className="console-mark" />
          {page}
        </h1>
        <div className="console-bar-middle">{bar}</div>
        {onHelp && (
          <ActionIcon variant="default" size="lg" aria-label="Keys" title="Keys (?)" onClick={onHelp} className="console-help">
            ?
          </ActionIcon>
        )}
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <button type="button" className="console-user" aria-label={`${user.name}: your menu`}>
              {initials}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>
              {user.name} · {user.role}
            </Menu.Label>
            {PLACES.filter(([name, , roles]) => name !== page && (roles as readonly string[]).includes(user.role)).map(
              ([name, href]) => (
                <Menu.Item key={name} component="a" href={href}>
                  {name}
                </Menu.Item>
              ),
            )}
            <Menu.Divider />
            <Menu.Label>Colours</Menu.Label>
            {SCHEMES.map(([scheme, label]) => (
              <Menu.Item
                key={scheme}
                onClick={() => setColorScheme(scheme)}
                rightSection={scheme === colorScheme ? <span aria-label="chosen">✓</span> : null}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => void logOut()}>Log out</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      {online === false && (
        <div role="status" className="console-offline">
          Not connected: what you see may be old. Trying again…
        </div>
      )}
      <div className="console-page">{children}</div>
    </div>
  );
}
