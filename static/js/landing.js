// A link to a field puts the cursor into it: on this page, or on the page that the link opens.

const CONTROLS = "input:not([type='hidden']), select, textarea";

function land(hash) {
  const target = hash.length > 1 && document.querySelector(`main [id="${CSS.escape(decodeURIComponent(hash.slice(1)))}"]`);
  if (!target) return;
  const control = target.matches(CONTROLS) ? target : target.querySelector(CONTROLS);
  control?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='#']");
  if (link && link.pathname === location.pathname && link.search === location.search) setTimeout(land, 0, link.hash);
});

land(location.hash);
