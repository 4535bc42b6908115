package io.jenkins.plugins.transparentdeploy.engine;

/** What keeps something from being done, where programs have a cure of their own for it: a box on a page, another page. */
public enum Obstacle {
    /** The environment takes no deployments until somebody says so. */
    FROZEN,
    /** Managed paths are not as the last release left them. */
    CHANGED_BY_OTHERS,
    /** Something was done since that cannot be taken back. */
    POINT_OF_NO_RETURN,
    /** More hosts cannot be reached than may be left out. */
    HOSTS_OUT_OF_REACH,
    /** The content of the release is not in the store any more. */
    CONTENT_GONE,
    /** Anything else: the words say it all. */
    OTHER
}
