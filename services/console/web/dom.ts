type Child = Node | string;

/** Makes an element. Texts become text, never markup: what comes from an account is shown as it is. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The element with this id, which the page has. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found as Kind;
}

/** Writes a text where it differs, so that nothing moves and nothing is read out again for nothing. */
export function write(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Puts content into an element when the words differ, and lets the eye see that they do. */
export function fill(target: HTMLElement, ...children: readonly Child[]): void {
  const next = children.map((child) => (typeof child === 'string' ? child : (child.textContent ?? ''))).join('');
  if (target.textContent === next && target.childNodes.length > 0) return;
  const isNew = target.childNodes.length === 0;
  target.replaceChildren(...children);
  if (isNew) return;
  target.classList.remove('changed');
  void target.offsetWidth;
  target.classList.add('changed');
}

export interface Keyed<Item, Made extends HTMLElement> {
  readonly keyOf: (item: Item) => string;
  readonly make: (item: Item) => Made;
  readonly update: (made: Made, item: Item) => void;
}

/**
 * Brings the children of an element in line with a list. What stays is kept as it is, with its focus, its open details
 * and its place on the screen.
 */
export function reconcile<Item, Made extends HTMLElement>(
  parent: Element,
  items: readonly Item[],
  { keyOf, make, update }: Keyed<Item, Made>,
): void {
  const old = new Map([...parent.children].map((child) => [(child as HTMLElement).dataset['key'], child as Made]));
  let place: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const known = old.get(key);
    const child = known ?? make(item);
    old.delete(key);
    child.dataset['key'] = key;
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const left of old.values()) left.remove();
}
