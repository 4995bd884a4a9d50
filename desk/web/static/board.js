// Asks now and then whether the board has changed, and puts the new one in place, while the page is in sight. Who is
// ticked stays ticked, and whoever is at work inside it by keyboard stays where he or she was.
const board = document.getElementById("board");

function find(tag, name, value) {
  return [...board.querySelectorAll(tag)].find((one) => one.getAttribute(name) === value);
}

function put(fragment) {
  const ticked = [...board.querySelectorAll("input[name=reporter]:checked")].map((box) => box.value);
  const scrolled = [...board.querySelectorAll(".scroll")].map((part) => part.scrollLeft);
  const at = board.contains(document.activeElement) ? document.activeElement : null;
  const name = at && ["value", "href", "name"].find((one) => at.hasAttribute(one));
  const value = name && at.getAttribute(name);
  board.innerHTML = fragment;
  for (const box of ticked.map((code) => find("input[name=reporter]", "value", code))) {
    if (box) box.checked = true;
  }
  board.querySelectorAll(".scroll").forEach((part, place) => { part.scrollLeft = scrolled[place] || 0; });
  const again = name && find(at.localName, name, value);
  if (again) again.focus({ preventScroll: true });
}

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(board.dataset.fragment, { headers: { "If-None-Match": board.dataset.tag } });
  // anything but a new fragment – unchanged, signed out, server away – leaves what is there
  if (answer.status !== 200 || answer.redirected) return;
  put(await answer.text());
  board.dataset.tag = answer.headers.get("ETag") || "";
}

window.setInterval(() => refresh().catch(() => {}), Number(board.dataset.seconds) * 1000);
