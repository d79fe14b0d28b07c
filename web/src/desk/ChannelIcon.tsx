// A channel's sign, beside its name; where it stands alone, whoever holds it is named after the channel.

const PATHS: Record<string, string> = {
  whatsapp:
    "M2.4 13.6l.9-3a5.8 5.8 0 1 1 2.1 2.1zM6 5.4C5.7 7.3 8.6 10.2 10.6 10l.4-1.3-1.4-.7-.7.7c-.7-.3-1.3-.9-1.6-1.6l.7-.7-.7-1.3z",
  messenger: "M8 2C4.6 2 2 4.4 2 7.6c0 1.7.7 3.1 1.9 4.1V14L6 12.9c.6.2 1.3.3 2 .3 3.4 0 6-2.4 6-5.6S11.4 2 8 2M4.6 9.2 7 6.7l1.9 1.4 2.5-1.4",
  instagram: "M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M11.5 4.4v.2",
  sms: "M2 3h12v8H7l-3 2.5V11H2zM5 7v.1M8 7v.1M11 7v.1",
  voice: "M4.2 2.5c-1 .4-1.7 1.3-1.6 2.4.4 4.4 4 8 8.4 8.4 1.1.1 2-.6 2.4-1.6L11 9.8l-1.7 1.1a8 8 0 0 1-4.2-4.2L6.2 5z",
  email: "M2 3.5h12v9H2zM2 4.5 8 9l6-4.5",
  web: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M2 8h12M8 2c-3.5 3.5-3.5 8.5 0 12 3.5-3.5 3.5-8.5 0-12",
};

export function ChannelIcon({ channel }: { channel: string }) {
  return (
    <svg className="desk-channel-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[channel] ?? PATHS["web"]} />
    </svg>
  );
}
