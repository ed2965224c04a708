// Two small tools of the view. Text only ever becomes text: nothing here parses markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, { className = "", text, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) {
    node.textContent = text;
  }
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Makes the children of a list those of `items`, in their order. Elements that stay are kept, so that focus,
// selection and the place of a screen reader survive.
export function reconcile(list, items, { keyOf, create, update }) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let next = list.firstElementChild;
  items.forEach((item, index) => {
    const key = keyOf(item);
    let child = old.get(key);
    if (child) {
      old.delete(key);
    } else {
      child = create(item);
      child.dataset.key = key;
    }
    if (child === next) {
      next = next.nextElementSibling;
    } else {
      list.insertBefore(child, next);
    }
    update?.(child, item, index);
  });
  for (const child of old.values()) {
    child.remove();
  }
}

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

// The same person has the same colour everywhere.
export function paintAvatar(avatar, name) {
  let hash = 0;
  for (const character of name.toLowerCase()) {
    hash = (hash * 47 + character.codePointAt(0) * 137) % 360;
  }
  avatar.style.setProperty("--hue", String(hash));
  setText(avatar, [...name][0]?.toUpperCase() ?? "");
}

export function avatarOf(name) {
  const avatar = element("span", { className: "avatar", "aria-hidden": "true" });
  paintAvatar(avatar, name);
  return avatar;
}
