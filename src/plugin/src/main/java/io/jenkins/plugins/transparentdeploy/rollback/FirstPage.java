package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.apache.commons.jelly.JellyException;
import org.kohsuke.stapler.WebApp;
import org.kohsuke.stapler.jelly.JellyClassTearOff;

/**
 * Compiles the scripts of the pages in the background when Jenkins has started, and with them the tags of Jenkins that they
 * are made of: who opens the first page after a start at night does not wait for that.
 */
@Extension
public final class FirstPage extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(FirstPage.class.getName());
    private static final Map<Class<?>, List<String>> VIEWS = Map.of(
            ReleasesPage.class, List.of("index.jelly", "overview.jelly"),
            ReleaseList.class, List.of("index.jelly", "history.jelly"),
            RollbackPreview.class, List.of("index.jelly"),
            HostPreview.class, List.of("index.jelly"),
            Undertaking.class, List.of("index.jelly"),
            ReleaseAction.class, List.of("index.jelly"));

    @Override
    public void onLoaded() {
        Computer.threadPoolForRemoting.execute(FirstPage::prepare);
    }

    private static void prepare() {
        WebApp pages = WebApp.get(Jenkins.get().getServletContext());
        VIEWS.forEach((type, views) -> {
            JellyClassTearOff scripts = pages.getMetaClass(type).loadTearOff(JellyClassTearOff.class);
            for (String view : views) {
                try {
                    scripts.findScript(view);
                } catch (JellyException | RuntimeException e) {
                    LOGGER.log(Level.FINE, e, () -> view + " of " + type + " is compiled when somebody opens it");
                }
            }
        });
    }
}
