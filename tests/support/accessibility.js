// What tests/support/accessibility.py has axe-core look at in a page: each thing once, where many are made alike.

// Attributes that decide what axe-core says: these by what they hold, those by being there.
const HELD = / (?!class|role|type|dir|aria-)([\w:-]+)="[^"]*"/g;
const SAID = / (aria-label|aria-labelledby|aria-describedby|aria-controls|aria-owns|aria-valuetext)="[^"]+"/g;
const IS_THERE = /^(href|title|alt|for|tabindex|hidden|popover|disabled|placeholder)$/;
const FRAME = [".sidebar", ".page-top", ".page__columns > :not(.view)", ".page > :not(.page__columns, main)",
  ".view > footer", "body > :not(.app)"].join();

const outline = (html) => html
  .replace(HELD, (_, name) => (IS_THERE.test(name) ? ` ${name}` : ""))
  .replace(SAID, " $1")
  .replace(/>[^<]*[^<\s][^<]*</g, ">x<");
const describe = (element) => outline(element.cloneNode(false).outerHTML);

function describePart(part) {
  const open = [...document.querySelectorAll(":popover-open, [open]")].map((layer) => layer.id);
  return [outline(part.outerHTML).replace(/\s+/g, " "), part.checkVisibility(), open].join();
}

/** Of the rows that are made alike, in one list, three stand for the others. */
function listRepeats() {
  const counts = new Map();
  return [...document.querySelectorAll("main li")].filter((row) => {
    const kind = describe(row.parentElement) + outline(row.outerHTML);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts.get(kind) > 3;
  });
}

/** Elements with words of their own that can be seen, and what they stand in. */
function listKinds(within) {
  const isWord = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const kinds = new Set();
  for (const element of document.querySelectorAll(within ? `${within} *` : "body *")) {
    if (!element.matches("input, textarea") && ![...element.childNodes].some(isWord)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const around = [element, element.parentElement, element.parentElement.parentElement];
    kinds.add(around.map((one) => one && describe(one)).join());
  }
  return [...kinds];
}

/** axe-core takes what lies under an open popover for what lies over it: it isn't there meanwhile. */
async function runWithin(within, rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:not(${within}, ${within} *, :has(${within})) { visibility: hidden !important }`);
  document.adoptedStyleSheets.push(sheet);
  try {
    return await axe.run(within, rules);
  } finally {
    document.adoptedStyleSheets.pop();
  }
}

/** Without what is known already, but for rules that compare things: these may be told apart from any. */
async function runOnRest(exclude, rules) {
  const found = await axe.run({ include: [document], exclude }, rules);
  if (!Array.isArray(rules.runOnly)) return found.violations;
  const compared = { ...rules, runOnly: { type: "rule", values: ["landmark-unique", "accesskeys"] } };
  return [...found.violations, ...(await axe.run(document, compared)).violations];
}

window.runAxe = async ([within, rules, known]) => {
  const frame = within ? [] : [...document.querySelectorAll(FRAME)].map((part) => [part, describePart(part)]);
  const isKnown = new Set(known);
  const exclude = frame.filter(([, words]) => isKnown.has(words)).map(([part]) => part);
  const found = within
    ? (await runWithin(within, rules)).violations
    : await runOnRest([...exclude, ...listRepeats()], rules);
  const broken = found.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
  return { broken, kinds: listKinds(within), parts: frame.map(([, words]) => words) };
};
