// Whether one may apply, told anew after each save: by the server, in the words that the page came with.

document.addEventListener("strefa:saved", ({ detail }) => {
  for (const { aspect, kind, word, text } of detail.standing || []) {
    const line = document.querySelector(`[data-standing] [data-aspect="${aspect}"]`);
    if (!line) continue;
    const [badge, said] = line.children;
    badge.className = `badge ${kind}`;
    badge.textContent = word;
    said.textContent = text;
  }
});
