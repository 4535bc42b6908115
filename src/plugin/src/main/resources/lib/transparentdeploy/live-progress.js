// Shows what goes on, until nothing does; then the page has an outcome to show.
(function () {
  const PAUSE = 1000;
  const LONGEST_PAUSE = 10000;

  function append(parent, name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function showStates(list, states) {
    list.textContent = "";
    states.forEach(function (state, index) {
      const item = append(list, "li", index === states.length - 1 ? "tdeploy-now" : "", "");
      const at = new Date(state.at);
      append(item, "strong", "", state.text);
      append(item, "time", "tdeploy-neutral", isNaN(at) ? "" : at.toLocaleTimeString());
    });
  }

  // What the page has beside the box of a run comes and goes with what the run does: each says when it is to be seen.
  function toggle(run, parts, name, isSeen) {
    document.querySelectorAll(parts).forEach(function (part) {
      if (part.dataset.service === run.service && part.dataset.environment === run.environment) {
        part.querySelectorAll("[data-" + name + "]").forEach(function (one) {
          one.hidden = !isSeen(one.dataset[name]);
        });
      }
    });
  }

  function show(box, run) {
    toggle(run, ".tdeploy-steer", "verb", function (verb) {
      return run.verbs.includes(verb);
    });
    toggle(run, ".tdeploy-presence", "waiting", function (when) {
      return when === String(run.waiting);
    });
    showStates(box.querySelector(".tdeploy-live-states"), run.states);
    const bar = box.querySelector("progress");
    if (run.percent >= 0) {
      bar.value = run.percent;
    } else {
      bar.removeAttribute("value");
    }
    box.querySelector(".tdeploy-live-waiting").hidden = !run.waiting;
    const last = box.querySelector(".tdeploy-live-last");
    const newest = run.lines.length ? run.lines[run.lines.length - 1] : "";
    if (last.textContent !== newest) {
      last.textContent = newest;
    }
    box.querySelector(".tdeploy-live-lines").textContent = run.lines.join("\n");
  }

  function ask(url, take) {
    let pause = PAUSE;

    function look() {
      fetch(url, { cache: "no-store" })
        .then(function (answer) {
          if (!answer.ok) {
            throw new Error(String(answer.status));
          }
          return answer.json();
        })
        .then(function (view) {
          pause = PAUSE;
          take(view);
        })
        .catch(function () {
          // Jenkins restarts, or the network is away: what goes on, goes on without it.
          pause = Math.min(LONGEST_PAUSE, pause * 2);
        })
        .finally(function () {
          window.setTimeout(look, pause);
        });
    }

    look();
  }

  function follow(box) {
    let seen = false;
    ask(box.dataset.progress, function (view) {
      const run = view.runs.find(function (one) {
        return one.service === box.dataset.service && one.environment === box.dataset.environment;
      });
      if (run) {
        seen = true;
        show(box, run);
      } else if (seen) {
        window.location.reload();
      }
    });
  }

  // Whether something goes on again, or will not any more; either is for the page to show.
  function watch(part) {
    ask(part.dataset.awaiting, function (view) {
      if (view.runs.length > 0 || !view.awaiting) {
        window.location.reload();
      }
    });
  }

  // Once the page is whole: several may go on, and this is loaded with the first of them.
  if (window.fetch) {
    Behaviour.specify("[data-progress]", "tdeploy-live-progress", 0, follow);
    Behaviour.specify("[data-awaiting]", "tdeploy-awaiting", 0, watch);
  }
})();
