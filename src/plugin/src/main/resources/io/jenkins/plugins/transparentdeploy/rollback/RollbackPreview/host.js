// Puts in what the host says, as soon as it does. The page can be used without it: a host may be slow, or away. Whoever
// goes on then is told what he does not know.
(function () {
  const LIMIT = 60000;

  // What cannot come back is not to be asked for.
  function forbidWhatIsImpossible(box) {
    if (box.querySelector("[data-impossible]")) {
      box.closest("form").querySelectorAll("button[name=Submit]").forEach(function (button) {
        button.disabled = true;
      });
    }
  }

  function unknown(box, why) {
    const said = document.createElement("div");
    said.className = "jenkins-alert jenkins-alert-warning";
    said.textContent = box.dataset.unknown + " " + why;
    box.replaceChildren(said);
  }

  // The note stands beside the button, and is read out with it.
  function note(box, shown) {
    const form = box.closest("form");
    const text = form.querySelector(".tdeploy-unanswered");
    const button = form.querySelector(".jenkins-submit-button");
    text.hidden = !shown;
    if (shown) {
      button.setAttribute("aria-describedby", text.id);
    } else {
      button.removeAttribute("aria-describedby");
    }
  }

  function ask(box) {
    const body = new URLSearchParams();
    body.append("service", box.dataset.service);
    body.append("environment", box.dataset.environment);
    body.append("to", box.dataset.to);
    const limit = new AbortController();
    const timer = window.setTimeout(function () {
      limit.abort();
    }, LIMIT);
    note(box, true);
    fetch(box.dataset.plan, { method: "POST", headers: crumb.wrap({}), body: body, signal: limit.signal })
      .then(function (answer) {
        // Where a redirection leads, somebody wants a password.
        if (answer.ok && !answer.redirected) {
          return answer.text().then(function (text) {
            box.innerHTML = text;
            forbidWhatIsImpossible(box);
          });
        }
        unknown(box, box.dataset.refused.replace("{0}", answer.status));
      })
      .catch(function () {
        unknown(box, limit.signal.aborted ? box.dataset.late : box.dataset.away);
      })
      .finally(function () {
        window.clearTimeout(timer);
        note(box, false);
      });
  }

  if (window.fetch) {
    document.querySelectorAll("[data-plan]").forEach(ask);
  }
})();
