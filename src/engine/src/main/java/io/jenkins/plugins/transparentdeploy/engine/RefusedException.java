package io.jenkins.plugins.transparentdeploy.engine;

/**
 * Something that was asked for cannot be done, and nothing was touched. The message names the subject, what is wrong
 * with it, and the cure.
 */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Obstacle obstacle;
    private final String problem;
    private final String cure;

    /**
     * @param problem one sentence without a full stop that names the subject and what is wrong with it
     * @param cure one sentence without a full stop that says what to do about it
     */
    public RefusedException(String problem, String cure) {
        this(problem, cure, null);
    }

    /**
     * @param problem one sentence without a full stop that names the subject and what is wrong with it
     * @param cure one sentence without a full stop that says what to do about it
     * @param cause what brought it up; may be null
     */
    public RefusedException(String problem, String cure, Throwable cause) {
        this(Obstacle.OTHER, problem, cure, cause);
    }

    /**
     * @param obstacle by which programs know it
     * @param problem one sentence without a full stop that names the subject and what is wrong with it
     * @param cure one sentence without a full stop that says what to do about it
     */
    public RefusedException(Obstacle obstacle, String problem, String cure) {
        this(obstacle, problem, cure, null);
    }

    private RefusedException(Obstacle obstacle, String problem, String cure, Throwable cause) {
        super(problem + ". " + cure + ".", cause);
        this.obstacle = obstacle;
        this.problem = problem;
        this.cure = cure;
    }

    /** What is in the way, for programs that know more to do about it. */
    public Obstacle obstacle() {
        return obstacle;
    }

    /** What cannot be, without a full stop. */
    public String problem() {
        return problem;
    }

    /** What to do about it, without a full stop. */
    public String cure() {
        return cure;
    }
}
