import type { Schema } from "../api/client";

export type ChatMessage = Schema<"ChatMessage">;
export type Reply = ChatMessage["body"];
export type Body<Type extends Reply["type"]> = Extract<Reply, { type: Type }>;
export type Option = Schema<"Option">;
export type Card = Schema<"Card">;
export type Cart = Schema<"CartShown">;
export type Welcome = Schema<"Welcome">;

/** Says something in the customer's name: typed text, or the payload of what was tapped with its title. */
export type Say = (said: { text: string } | { payload: string; title: string }) => void;
