package io.jenkins.plugins.transparentdeploy.engine;

/**
 * What is on disk is not what was written: a corrupt object, a broken journal chain, an unreadable record. The message
 * names the file, what is wrong with it, and the cure. Nothing was changed because of it.
 */
public class CorruptStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Obstacle obstacle;
    private final String problem;
    private final String cure;

    /**
     * @param problem one sentence without a full stop that names the file and what is wrong with it
     * @param cure one sentence without a full stop that says what to do about it
     */
    public CorruptStateException(String problem, String cure) {
        this(Obstacle.OTHER, problem, cure);
    }

    /**
     * @param obstacle by which programs know it
     * @param problem one sentence without a full stop that names the file and what is wrong with it
     * @param cure one sentence without a full stop that says what to do about it
     */
    public CorruptStateException(Obstacle obstacle, String problem, String cure) {
        super(problem + ". " + cure + ".");
        this.obstacle = obstacle;
        this.problem = problem;
        this.cure = cure;
    }

    /** What is wrong, without a full stop. */
    public String problem() {
        return problem;
    }

    /** What it keeps from being done, for programs that know more to do about it. */
    public Obstacle obstacle() {
        return obstacle;
    }

    /** What to do about it, without a full stop. */
    public String cure() {
        return cure;
    }
}
