// The page was drawn while the rollback went on; once the log has ended, it has an outcome to show.
window.addEventListener("transparent-deploy:ended", () => window.location.reload());
