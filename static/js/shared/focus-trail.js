// Where the keyboard goes on when what it was on is gone: read the trail to it while it is there, follow it later.
// Keeps no state, so that a page module of a newer version may bring its own copy.
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
const ROW = "li, tr, .toast, .entry, .item-row, .cover-card";
const GROUP = "dialog, form, nav, section, fieldset, [role=toolbar], [role=group]";
const NEAR_ROWS = 2; // a row that was moved no farther is followed

const isUsable = (element) =>
  element.isConnected && !element.disabled && element.checkVisibility({ visibilityProperty: true });

// A heading that had it loses it when a swap takes its tabindex.
export const canHaveFocus = (element) => isUsable(element) && element.matches(`${FOCUSABLE}, [tabindex]`);

export function readTrail(element) {
  const places = [];
  for (let child = element; child !== document.body && child.parentElement; child = child.parentElement) {
    const parent = child.parentElement;
    places.push({ parent, id: parent.id, tag: child.tagName, index: [...parent.children].indexOf(child) });
  }
  return { element, id: element.id, kind: readKind(element), label: readLabel(element), places };
}

const readLabel = (element) => element.ariaLabel ?? element.textContent.trim();
const readKind = ({ tagName, name, classList, parentElement }) =>
  `${tagName} ${name ?? ""} ${classList[0]} in ${parentElement?.classList[0]}`;

const findInside = (element) =>
  [element, ...element.querySelectorAll(FOCUSABLE)].filter((inner) => inner.matches(FOCUSABLE) && isUsable(inner));

// The children of a place, from where the trail left it: first those behind, then those before.
function listNearest(parent, index) {
  const children = [...parent.children];
  return [...children.slice(index), ...children.slice(0, index).reverse()];
}

function findInRows(trail, { tag, index }, parent) {
  const rows = listNearest(parent, index).filter((child) => child.tagName === tag && child.matches(ROW));
  const alike = rows.map((row) => findInside(row).find((inner) => readKind(inner) === trail.kind));
  const moved = rows.findIndex((row, at) => {
    const distance = Math.abs([...parent.children].indexOf(row) - index);
    return alike[at] && distance <= NEAR_ROWS && readLabel(alike[at]) === trail.label;
  });
  return alike[moved] ?? alike.find(Boolean) ?? rows.flatMap(findInside)[0];
}

// A list that was drawn again as a whole has its rows where they were: down the trail from what is still there.
function findInRowsBelow(trail, from, top) {
  const parents = [top];
  for (let at = from; at > 0; at -= 1) {
    const child = parents.at(-1).children[trail.places[at].index];
    if (child?.tagName !== trail.places[at].tag) break;
    parents.push(child);
  }
  for (const [depth, parent] of [...parents.entries()].reverse()) {
    const found = findInRows(trail, trail.places[from - depth], parent);
    if (found) return found;
  }
  return null;
}

function findAt(trail, at, parent) {
  const place = trail.places[at];
  const inRows = findInRowsBelow(trail, at, parent);
  if (inRows) return inRows;
  const heading = [...parent.querySelectorAll("h1, h2, h3")].find(isUsable);
  if (heading) return heading;
  return parent.matches(GROUP) ? listNearest(parent, place.index).flatMap(findInside)[0] : null;
}

// What a closed menu was opened by: the button itself, or the trail to it.
function followOpener(popover) {
  const button = popover.opener ?? document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
  if (button && isUsable(button)) return button;
  return popover.openerTrail ? followTrail(popover.openerTrail) : null;
}

// The element itself, its neighbour in the list, or the heading of what is left around it.
export function followTrail(trail) {
  if (isUsable(trail.element)) return trail.element;
  const again = trail.id && document.getElementById(trail.id);
  if (again && again.matches(FOCUSABLE) && isUsable(again)) return again;
  for (const [at, place] of trail.places.entries()) {
    const parent = place.parent.isConnected ? place.parent : place.id && document.getElementById(place.id);
    if (!parent) continue;
    const opener = parent.popover === "auto" ? followOpener(parent) : null;
    if (opener) return opener;
    const found = isUsable(parent) ? findAt(trail, at, parent) : null;
    if (found) return found;
  }
  return document.getElementById("main");
}

export function focusAlong(trail) {
  const target = followTrail(trail);
  if (!target) return;
  const isPlace = !target.matches(FOCUSABLE);
  if (isPlace && !target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: isPlace });
}
