package io.jenkins.plugins.transparentdeploy.engine;

/**
 * Why something is not done, for programs. Its words are those of the command line; who shows it elsewhere knows by the
 * obstacle what to advise instead of the cure.
 *
 * @param problem one sentence without a full stop that names the subject and what is wrong with it
 * @param cure one sentence without a full stop that says what to do about it
 */
public record Refusal(Obstacle obstacle, String problem, String cure) {
    /** What was refused. */
    public static Refusal of(RefusedException e) {
        return new Refusal(e.obstacle(), e.problem(), e.cure());
    }

    /** What cannot be, for what is on disk is not what it should be. */
    public static Refusal of(CorruptStateException e) {
        return new Refusal(e.obstacle(), e.problem(), e.cure());
    }

    /** Both sentences, for people. */
    public String text() {
        return problem + ". " + cure + ".";
    }
}
