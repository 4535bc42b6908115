// Puts in what the host says, as soon as it does. The page can be used without it: a host may be slow, or away.
(function () {
  function ask(box) {
    const body = new URLSearchParams();
    body.append("service", box.dataset.service);
    body.append("environment", box.dataset.environment);
    body.append("to", box.dataset.to);
    fetch(box.dataset.plan, { method: "POST", headers: crumb.wrap({}), body: body })
      .then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.text();
      })
      .then(function (text) {
        box.innerHTML = text;
        if (box.querySelector("[data-impossible]")) {
          box.closest("form").querySelectorAll("button[name=Submit]").forEach(function (button) {
            button.disabled = true;
          });
        }
      })
      .catch(function () {
        box.hidden = true;
      });
  }

  if (window.fetch) {
    document.querySelectorAll("[data-plan]").forEach(ask);
  }
})();
