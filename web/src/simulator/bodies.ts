// The shapes of messages on a phone, in each platform's own words. No drawing and no asking here.

export type Platform = "whatsapp" | "messenger" | "instagram";

export interface Reply {
  id: string;
  title: string;
}

export interface Row extends Reply {
  description?: string;
}

/** A file by its address, or by its id at the stand-in. */
export interface File {
  id?: string;
  link?: string;
  caption?: string;
  filename?: string;
}

export interface Place {
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
}

export interface Section {
  title?: string;
  rows?: Row[];
  product_items?: { product_retailer_id: string }[];
}

export interface Header {
  type: string;
  text?: string;
  image?: File;
  document?: File;
}

export interface Card {
  card_index: number;
  header: Header;
  body?: { text: string };
  action: Action;
}

export interface Action {
  name?: string;
  button?: string;
  buttons?: { reply?: Reply; quick_reply?: Reply }[];
  sections?: Section[];
  cards?: Card[];
  parameters?: { display_text?: string; url?: string; flow_cta?: string };
  product_retailer_id?: string;
}

export interface Interactive {
  type: string;
  header?: Header;
  body?: { text: string };
  footer?: { text: string };
  action?: Action;
  button_reply?: Reply;
  list_reply?: Row;
}

export interface Template {
  name: string;
  language: { code: string };
  components?: { type: string; parameters?: { type: string; text?: string; payload?: string; image?: File }[] }[];
}

export interface Order {
  text?: string;
  product_items: { product_retailer_id: string; quantity: number; item_price?: number; currency?: string }[];
}

/** A message of WhatsApp: what is named by `type` is there. */
export interface WhatsAppBody {
  type: string;
  text?: { body: string };
  image?: File;
  video?: File;
  audio?: File;
  document?: File;
  sticker?: File;
  location?: Place;
  interactive?: Interactive;
  template?: Template;
  order?: Order;
  button?: { text: string };
}

export interface PageButton {
  type: string;
  title: string;
  url?: string;
  payload?: string;
}

export interface Element {
  title?: string;
  subtitle?: string;
  image_url?: string;
  media_type?: string;
  url?: string;
  buttons?: PageButton[];
  quantity?: number;
  price?: number;
  currency?: string;
}

export interface Receipt {
  order_number: string;
  currency: string;
  payment_method: string;
  order_url?: string;
  summary: { subtotal?: number; shipping_cost?: number; total_tax?: number; total_cost: number };
  adjustments?: { name: string; amount: number }[];
  elements?: Element[];
  address?: { street_1: string; city: string; postal_code: string; country: string };
}

export interface Payload extends Partial<Receipt> {
  template_type?: string;
  image_aspect_ratio?: string;
  text?: string;
  url?: string;
  elements?: Element[];
  buttons?: PageButton[];
  coordinates?: { lat: number; long: number };
}

export interface Attachment {
  type: string;
  title?: string;
  payload?: Payload;
}

export interface QuickReply {
  content_type: string;
  title?: string;
  payload?: string;
  image_url?: string;
}

/** A message of Messenger or Instagram. The shop's have one `attachment`, a customer's may have several. */
export interface PageBody {
  text?: string;
  attachment?: Attachment;
  attachments?: Attachment[];
  quick_replies?: QuickReply[];
  persona?: { name: string; picture: string };
}

export type State = "sent" | "delivered" | "read" | "failed";

/** One message. `mine` is the customer's own; `at` is seconds since 1970. */
export interface Bubble<Body = WhatsAppBody | PageBody> {
  id: string;
  mine: boolean;
  body: Body;
  at: number;
  state: State;
  reactions: { customer?: string; shop?: string };
}

/** A variant in the shop's catalogue; `price` in whole units of `currency`. */
export interface Item {
  product_retailer_id: string;
  title: string;
  price: number;
  currency: string;
  image: string;
}

/** What a page offers by itself, as the shop set it up. */
export interface Profile {
  get_started?: { payload: string };
  ice_breakers?: { question?: string; payload?: string; call_to_actions?: { question: string; payload: string }[] }[];
  persistent_menu?: { call_to_actions: PageButton[] }[];
}
