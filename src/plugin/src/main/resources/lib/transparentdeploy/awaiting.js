// Looks whether something goes on again, or will not any more; either is for the page to show.
(function () {
  const PAUSE = 3000;
  const LONGEST_PAUSE = 30000;

  function watch(part) {
    let pause = PAUSE;

    function look() {
      fetch(part.dataset.awaiting, { cache: "no-store" })
        .then(function (answer) {
          if (!answer.ok) {
            throw new Error(String(answer.status));
          }
          return answer.json();
        })
        .then(function (view) {
          pause = PAUSE;
          if (view.runs.length > 0 || !view.awaiting) {
            window.location.reload();
          }
        })
        .catch(function () {
          // Jenkins restarts, or the network is away.
          pause = Math.min(LONGEST_PAUSE, pause * 2);
        })
        .finally(function () {
          window.setTimeout(look, pause);
        });
    }

    window.setTimeout(look, pause);
  }

  if (window.fetch) {
    Behaviour.specify("[data-awaiting]", "tdeploy-awaiting", 0, watch);
  }
})();
