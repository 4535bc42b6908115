package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.AbstractItem;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleasingJobs;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import jenkins.model.DirectlyModifiableTopLevelItemGroup;
import jenkins.model.TransientActionFactory;

/**
 * What all jobs below a folder released, of those that are gone by now, too: the Deployments page of a folder that people
 * fill, the Releases page of a multibranch project, whose jobs are branches of one thing.
 */
public final class FolderReleases extends ReleasesPage {
    private final Item folder;

    FolderReleases(Item folder) {
        this.folder = folder;
    }

    @Override
    public Item getOwner() {
        return folder;
    }

    @Override
    public String ownerName() {
        return folder.getFullName();
    }

    @Override
    public String getUrl() {
        return folder.getUrl() + getUrlName() + "/";
    }

    private boolean isFilledByPeople() {
        return folder instanceof DirectlyModifiableTopLevelItemGroup;
    }

    @Override
    public boolean isOverview(List<ReleaseHistory> histories) {
        return isFilledByPeople() ? !histories.isEmpty() : super.isOverview(histories);
    }

    @Override
    public String getDisplayName() {
        return isFilledByPeople() ? Messages.DeploymentsAction_DisplayName() : super.getDisplayName();
    }

    @Override
    boolean covers(String jobName) {
        return jobName.startsWith(folder.getFullName() + "/");
    }

    /** Puts the page on folders below which something was released. */
    @Extension
    public static final class Factory extends TransientActionFactory<AbstractItem> {
        @Override
        public Class<AbstractItem> type() {
            return AbstractItem.class;
        }

        @Override
        public Collection<? extends FolderReleases> createFor(AbstractItem item) {
            boolean folder = item instanceof ItemGroup<?> && !(item instanceof Job<?, ?>);
            return folder && ReleasingJobs.get().hasReleasedBelow(item.getFullName())
                    ? Set.of(new FolderReleases(item))
                    : Set.of();
        }
    }
}
