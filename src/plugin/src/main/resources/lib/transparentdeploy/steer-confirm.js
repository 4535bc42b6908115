// What no other click takes back is asked once more. Without this it is done at once.
(function () {
  // Jenkins's own dialog has to load its words first; where it could not, the browser asks.
  function ask(one, button) {
    const title = one.dataset.confirm;
    const meaning = one.dataset.meaning;
    if (!window.dialog || !window.dialog.translations) {
      return window.confirm(title + "\n\n" + meaning) ? Promise.resolve() : Promise.reject();
    }
    return window.dialog.confirm(title, {
      message: meaning,
      okText: button.textContent,
      type: "destructive",
      minWidth: "min(450px, 90vw)",
    });
  }

  // The dialog holds the focus until it has faded away, and leaves it nowhere.
  function comeBack(button) {
    document.querySelectorAll("dialog[closing]").forEach(function (fading) {
      fading.addEventListener("animationend", function () {
        button.focus();
      });
    });
  }

  Behaviour.specify("[data-confirm]", "tdeploy-steer-confirm", 0, function (one) {
    const button = one.querySelector("button");
    button.addEventListener("click", function (event) {
      event.preventDefault();
      ask(one, button).then(
        function () {
          button.form.requestSubmit(button);
        },
        function () {
          comeBack(button);
        },
      );
    });
  });
})();
