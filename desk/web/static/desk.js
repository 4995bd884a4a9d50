// Pages are whole without this: it only asks once more where an act cannot easily be taken back, and keeps a form from
// being sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  window.setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
});
// a page that is gone back to can be sent again
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form button:disabled").forEach((button) => { button.disabled = false; });
});
