// One channel's conversations alone: a row of switches, none pressed for all.
import { ChannelIcon } from "./ChannelIcon";
import { channelOf } from "./words";

interface Props {
  channels: string[];
  chosen: string | undefined;
  onChoose: (channel: string | undefined) => void;
}

export function ChannelChips({ channels, chosen, onChoose }: Props) {
  if (channels.length < 2) return null;
  return (
    <div className="desk-chips" role="group" aria-label="Channel">
      {channels.map((channel) => (
        <button
          key={channel}
          type="button"
          aria-pressed={channel === chosen}
          aria-label={channelOf(channel)}
          title={channelOf(channel)}
          onClick={() => onChoose(channel === chosen ? undefined : channel)}
        >
          <ChannelIcon channel={channel} />
          {channel === chosen && <span>{channelOf(channel)}</span>}
        </button>
      ))}
    </div>
  );
}
