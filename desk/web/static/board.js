// Asks now and then whether the board has changed, and puts the new one in place: not while somebody is ticking
// reporters or reading by keyboard inside it, nor while the page is out of sight.
const board = document.getElementById("board");

function isBusy() {
  return document.hidden || board.contains(document.activeElement) || board.querySelector("input:checked") !== null;
}

async function refresh() {
  if (isBusy()) return;
  const answer = await fetch(board.dataset.fragment, { headers: { "If-None-Match": board.dataset.tag } });
  // anything but a new fragment – unchanged, signed out, server away – leaves what is there
  if (answer.status !== 200 || answer.redirected) return;
  const fragment = await answer.text();
  if (isBusy()) return;
  board.innerHTML = fragment;
  board.dataset.tag = answer.headers.get("ETag") || "";
}

window.setInterval(() => refresh().catch(() => {}), Number(board.dataset.seconds) * 1000);
