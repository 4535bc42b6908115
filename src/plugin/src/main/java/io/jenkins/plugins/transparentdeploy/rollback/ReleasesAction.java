package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.Job;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleasingJobs;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import jenkins.model.TransientActionFactory;

/** The Releases page of a job: every service and environment that its builds released. */
public final class ReleasesAction extends ReleasesPage {
    private final Job<?, ?> job;

    ReleasesAction(Job<?, ?> job) {
        this.job = job;
    }

    @Override
    public Job<?, ?> getOwner() {
        return job;
    }

    @Override
    public String ownerName() {
        return job.getFullName();
    }

    @Override
    public String getUrl() {
        return job.getUrl() + getUrlName() + "/";
    }

    @Override
    boolean covers(String jobName) {
        return jobName.equals(job.getFullName());
    }

    @Override
    public List<ReleaseHistory> getHistories() {
        return ReleasingJobs.get().historiesOf(job);
    }

    /** Puts the page on jobs that have released something. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends ReleasesAction> createFor(Job job) {
            return ReleasingJobs.get().hasReleased(job) ? Set.of(new ReleasesAction(job)) : Set.of();
        }
    }
}
