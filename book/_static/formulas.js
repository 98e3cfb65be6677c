// Displays that are wider than the screen are broken as an author would: at the spaces
// between statements first, then before = and <=, then before + and -, and inside
// brackets last. What still does not fit is set smaller, down to three quarters; the
// rest scrolls. On a wide screen nothing changes.

const RELATIONS = /^\\(le|ge|leq|geq|in|to|iff|implies|Longrightarrow|Rightarrow|subseteq|sim|approx|preceq|succeq|leftarrow|gets|mapsto|quad\\text)(?![a-zA-Z])|^[=<>]/;
const SUMS = /^[+\-]|^\\(pm|mp|cup|cap|times|odot|oplus|setminus)(?![a-zA-Z])/;
const SPACE = /^\\q?quad(?![a-zA-Z])/;
const TOKEN = /\\[a-zA-Z]+|\\.|./gs;

// The formula as units that stay whole: {text, size, kind of the break before it}.
function units(tex, inside) {
  const tokens = tex.match(TOKEN) || [], found = [];
  let depth = 0, unit = { text: "", size: 0, kind: "start" }, small = false, last = "";
  const close = (kind) => {
    if (unit.text.trim()) found.push(unit);
    unit = { text: "", size: 0, kind };
  };
  tokens.forEach((token, i) => {
    const rest = tokens.slice(i, i + 3).join("");
    const opens = /^(\{|\\left|\\begin)$/.test(token)
      || (!inside && /^([([]|\\\{|\\lvert|\\lVert)$/.test(token) && !/\\(left|right)$/.test(last));
    const closes = /^(\}|\\right|\\end)$/.test(token)
      || (!inside && /^([)\]]|\\\}|\\rvert|\\rVert)$/.test(token) && !/\\(left|right)$/.test(last));
    if (closes) depth -= 1;
    if (depth === 0 && !/[_^]$/.test(last)) {
      if (SPACE.test(rest)) { close("space"); last = token; return; }
      if (RELATIONS.test(rest) && unit.text.trim()) close("relation");
      else if (SUMS.test(rest) && unit.text.trim() && !/[(=,<>{]$|\\[a-z]+$/.test(last)) close("sum");
    }
    if (opens) depth += 1;
    if (token === "_" || token === "^") small = true;
    else if (token.trim() && !/^[{}&]$/.test(token)) {
      if (!/^\\([,;:! ]|left|right|b?ig+[lrm]?|bigl|bigr|mathcal|mathbb|mathbf|operatorname|text|lvert|rvert)$/.test(token))
        unit.size += small || depth > 0 && /[_^]\{[^}]*$/.test(unit.text) ? 0.62 : RELATIONS.test(token) || SUMS.test(token) ? 1.8 : 1;
      small = false;
    }
    unit.text += token;
    if (token.trim()) last = token;
  });
  close("");
  return found;
}

// The rows of a display that its author has broken already.
function rows(tex) {
  const body = tex.trim().match(/^\\begin\{(aligned|gathered|split)\}([\s\S]*)\\end\{\1\}\s*([.,;]?)$/);
  if (!body) return [tex];
  const whole = body[2].trim() + body[3];
  if (/^\\begin\{(aligned|gathered|split)\}/.test(whole)) return rows(whole);
  const found = [""];
  let depth = 0;
  for (const token of (body[2] + body[3]).match(TOKEN) || []) {
    if (/^(\{|\\begin|\\left)$/.test(token)) depth += 1;
    if (/^(\}|\\end|\\right)$/.test(token)) depth -= 1;
    if (token === "\\\\" && depth === 0) found.push("");
    else if (token !== "&" || depth !== 0) found[found.length - 1] += token;
  }
  return found;
}

// The formula in lines of at most `room` units of width.
function broken(tex, room, inside) {
  const lines = [];
  for (const row of rows(tex)) {
    let size = 0;
    for (const unit of units(row, inside)) {
      const fits = size + unit.size + (unit.kind === "space" ? 2 : 0) <= room;
      const first = size === 0;
      if (first || !fits || unit.kind === "space") {
        const indent = !first && unit.kind !== "space" ? "\\quad {}" : "";
        lines.push(indent + unit.text.trim());
        size = unit.size + (indent ? 2 : 0);
      } else {
        lines[lines.length - 1] += " " + unit.text;
        size += unit.size;
      }
    }
  }
  return `\\begin{aligned} & ${lines.join(" \\\\ & ")} \\end{aligned}`;
}

const over = (box) => {
  const drawn = box.querySelector("mjx-container");
  return drawn ? drawn.scrollWidth - drawn.clientWidth : 0;
};

async function redraw(box, tex) {
  MathJax.typesetClear([box]);
  box.querySelectorAll("mjx-container").forEach((part) => part.remove());
  [...box.childNodes].filter((n) => n.nodeType === 3).forEach((n) => n.remove());
  box.append(`\\[${tex}\\]`);
  await MathJax.typesetPromise([box]);
}

async function fit(box) {
  const [item] = MathJax.startup.document.getMathItemsWithin([box]);
  if (!item) return;
  const tex = item.math, em = parseFloat(getComputedStyle(box).fontSize);
  const room = box.querySelector("mjx-container").clientWidth / (0.56 * em);
  for (const inside of [false, true]) {
    for (const part of [1, 0.82, 0.66, 0.5]) {
      await redraw(box, broken(tex, room * part, inside));
      if (box.querySelector("mjx-merror")) break;
      if (over(box) <= 1) return;
    }
  }
  if (box.querySelector("mjx-merror")) await redraw(box, tex);
  for (const size of [90, 82, 75]) {
    box.style.fontSize = `${size}%`;
    if (over(box) <= 1) return;
  }
}

// A formula in the text that is wider than the column may wrap where a display may break.
async function wrap(part, edge) {
  const [item] = MathJax.startup.document.getMathItemsWithin([part]);
  if (!item) return;
  const pieces = units(item.math, true).map((unit) => unit.text.trim());
  if (pieces.length < 2) return;
  MathJax.typesetClear([part]);
  part.textContent = pieces.map((p, i) => `\\(${i ? "{}" : ""}${p}\\)`).join(" ");
  part.closest(".together")?.classList.remove("together");
  await MathJax.typesetPromise([part]);
}

const visible = (e) => e.offsetParent !== null;

async function fitThese(formulas) {
  for (const box of formulas.filter((e) => e.tagName === "DIV" && visible(e))) {
    if (over(box) > 1) await fit(box);
  }
  for (const part of formulas.filter((e) => e.tagName === "SPAN" && visible(e))) {
    const block = part.closest("p, li, dd, td, figcaption, summary");
    const drawn = block && part.querySelector("mjx-math");
    if (drawn && drawn.getBoundingClientRect().right > block.getBoundingClientRect().right + 1)
      await wrap(part);
  }
}

// Draw what of these is not drawn yet.
async function draw(formulas) {
  const turn = formulas.filter((e) => !e.classList.contains("drawn"));
  await MathJax.typesetPromise(turn);
  await fitThese(turn.filter((e) => e.tagName === "DIV")); // it has the room already
  turn.forEach((e) => e.classList.add("drawn"));
}

async function fitAll(root) {
  if (!root || !window.MathJax?.startup?.document) return;
  const formulas = [...root.querySelectorAll("div.math, span.math")]
    .filter((e) => !folded(e));
  await draw(formulas);
  await fitThese(formulas);
}

const folded = (e) => !e.closest("summary") && Boolean(e.closest("details:not([open])"));
const everyFormula = () => [...document.querySelectorAll(".math")];

// What is open is drawn in turns, so that the page answers in between; a folded part
// (a third of a chapter's formulas) when it is opened, or when the page goes to paper.
async function drawOpen() {
  if (!window.MathJax?.startup?.promise) { // nothing will draw them: show the TeX
    everyFormula().forEach((e) => e.classList.add("drawn"));
    return;
  }
  await MathJax.startup.promise;
  const queue = everyFormula().filter((e) => !folded(e));
  for (let size = 40; queue.length; size = 120) {
    await draw(queue.splice(0, size));
    await new Promise((next) => setTimeout(next));
  }
  await MathJax.typesetPromise([...document.querySelectorAll(".cell_output")]);
}

let fitting = drawOpen()
  .then(() => fitAll(document.querySelector(".bd-article")));
function fitLater(root) {
  fitting = fitting.then(() => fitAll(root));
}
// Formulas in a folded part have no width until it is opened.
document.addEventListener("toggle", (event) => fitLater(event.target), true);
window.addEventListener("beforeprint", () => {
  const rest = everyFormula().filter((e) => !e.classList.contains("drawn"));
  if (!rest.length || !window.MathJax?.typeset) return;
  MathJax.typeset(rest); // at once: paper does not wait
  rest.forEach((e) => e.classList.add("drawn"));
});
window.formulasFit = () => fitting;
