import { useEffect, useReducer } from "preact/hooks";
import type { Conversation, ConversationState } from "./conversation";

/** The conversation's present state; the component is drawn again when it changes. */
export function useConversation(conversation: Conversation): ConversationState {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => conversation.subscribe(() => redraw(undefined)), [conversation]);
  return conversation.state;
}
