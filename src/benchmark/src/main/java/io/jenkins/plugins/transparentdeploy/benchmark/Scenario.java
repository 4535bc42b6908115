package io.jenkins.plugins.transparentdeploy.benchmark;

/** What is measured of every contender that can do it. */
enum Scenario {
    EMPTY("a directory with one empty file"),
    FIRST("first snapshot"),
    UNCHANGED("nothing changed"),
    CHANGED("1 % changed"),
    IN_PLACE("restore in place, 1 % changed"),
    ELSEWHERE("restore elsewhere");

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
