// What is pasted from Word or a web page keeps its paragraphs and the signs of its lists, as plain text; nothing is cut.

const APART = /^(P|DIV|H[1-6]|LI|TR|BLOCKQUOTE|PRE|UL|OL|TABLE|SECTION|ARTICLE)$/;
const NUMBERED = /^\(?[\p{L}\p{N}]{1,5}[.)]$/u; // "1.", "iv)", and neither "·" nor the letters that Word draws bullets with
const count = (text) => (text.match(/[\p{L}\p{N}]{2,}/gu) ?? []).length;

/** The sign that Word wrote before an item of a list, as text. */
const sign = (text) => (NUMBERED.test(text.trim()) ? `${text.trim()} ` : "• ");

function itemSign(item) {
  const list = item.parentElement;
  const deep = "  ".repeat(Math.max(0, ancestors(item) - 1));
  if (list?.tagName !== "OL") return `${deep}• `;
  const before = [...list.children].filter((one) => one.tagName === "LI").indexOf(item);
  return `${deep}${Number(list.getAttribute("start") ?? 1) + before}. `;
}

function ancestors(item) {
  let lists = 0;
  for (let one = item.parentElement; one; one = one.parentElement) if (/^[UO]L$/.test(one.tagName)) lists += 1;
  return lists;
}

function read(node, lines) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      const text = child.data.replace(/\s+/g, " ");
      lines[lines.length - 1] += lines.at(-1) ? text : text.trimStart();
    }
    if (child.nodeType !== Node.ELEMENT_NODE || /^(STYLE|SCRIPT|TITLE)$/.test(child.tagName)) continue;
    if (child.tagName === "BR") lines.push("");
    else if (/mso-list:\s*ignore/i.test(child.dataset.style ?? "")) lines[lines.length - 1] = sign(child.textContent);
    else if (APART.test(child.tagName)) block(child, lines);
    else read(child, lines);
    if (/^T[DH]$/.test(child.tagName)) lines[lines.length - 1] += "\t";
  }
}

function block(element, lines) {
  if (lines.at(-1).trim()) lines.push("");
  if (element.tagName === "LI") lines[lines.length - 1] = itemSign(element);
  read(element, lines);
  const empty = /^(P|DIV)$/.test(element.tagName) && !element.textContent.trim();
  if (lines.at(-1).trim() || empty) lines.push("");
}

/** The text of a piece of HTML, with its paragraphs and the signs of its lists. */
export function plain(html) {
  const lines = [""];
  // Its styles are none of ours, and the page's own policy would complain of them.
  const bare = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
  read(new DOMParser().parseFromString(bare, "text/html").body, lines);
  return lines.map((line) => line.replace(/\u00a0/g, " ").replace(/(?<=\S) {2,}/g, " ").trimEnd()).join("\n").replace(/^\n+|\n+$/g, "");
}

document.addEventListener("paste", (event) => {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!event.target.matches?.("textarea") || !/<li[\s>]|mso-list/i.test(html)) return; // without a list the browser's own will do
  const text = plain(html);
  if (count(text) < count(event.clipboardData.getData("text/plain"))) return; // something would be lost: so not this way
  event.preventDefault();
  if (!document.execCommand("insertText", false, text)) {
    event.target.setRangeText(text, event.target.selectionStart, event.target.selectionEnd, "end"); // without a way back
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
