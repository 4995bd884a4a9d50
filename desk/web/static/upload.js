// The form works without this: it lets files be dragged in, and says before sending what would be refused.
for (const form of document.querySelectorAll("form.upload")) {
  const zone = form.querySelector(".upload-zone");
  const field = form.querySelector("input[type=file]");
  const told = form.querySelector(".upload-told");
  const most = Number(form.dataset.mostMegabytes) * 1024 * 1024;

  const describe = () => {
    const files = [...field.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const problem = bytes > most ? form.dataset.tooLarge : "";
    field.setCustomValidity(problem);
    told.textContent = problem || files.map((file) => file.name).join("\u3001");
  };

  form.querySelector(".upload-hint").hidden = false;
  field.addEventListener("change", describe);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("upload-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("upload-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    field.files = event.dataTransfer.files;
    describe();
  });
  form.addEventListener("submit", () => { told.textContent = form.dataset.sending; });
}
