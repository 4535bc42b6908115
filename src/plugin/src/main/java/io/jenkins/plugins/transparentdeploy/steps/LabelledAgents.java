package io.jenkins.plugins.transparentdeploy.steps;

import hudson.AbortException;
import hudson.model.Label;
import hudson.model.Node;
import java.util.List;

/** Machines that a label of Jenkins stands for, as hosts of a release: whether they are connected now or not. */
final class LabelledAgents {
    private LabelledAgents() {}

    /**
     * The names of the agents with a label, sorted; the built-in node is none.
     *
     * @param expression a label, or an expression of labels
     * @throws AbortException if it is no expression, or no agent has it
     */
    static List<String> names(String expression) throws AbortException {
        List<String> names = label(expression).getNodes().stream()
                .map(Node::getNodeName)
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new AbortException(Messages.LabelledAgents_None(expression));
        }
        return names;
    }

    private static Label label(String expression) throws AbortException {
        try {
            return Label.parseExpression(expression);
        } catch (IllegalArgumentException e) {
            throw new AbortException(Messages.LabelledAgents_NoExpression(expression, e.getMessage()));
        }
    }
}
