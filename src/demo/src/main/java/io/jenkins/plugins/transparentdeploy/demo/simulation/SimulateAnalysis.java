package io.jenkins.plugins.transparentdeploy.demo.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command: {@code SimulateAnalysis RELEASES [PAGE]}; writes its section into the page when one is named. */
public final class SimulateAnalysis {
    private SimulateAnalysis() {}

    public static void main(String[] args) throws IOException {
        int releases = Integer.parseInt(args[0]);
        List<Outcomes> outcomes = new ArrayList<>();
        for (Trial trial : trials()) {
            Outcomes outcome = trial.run(releases);
            outcomes.add(outcome);
            System.err.println(SimulationReport.row(outcome));
        }
        String section = SimulationReport.of(outcomes, releases);
        System.out.println(section);
        if (args.length > 1) {
            SimulationReport.writeInto(Path.of(args[1]), section);
        }
    }

    /** Every noise without a fault, and every fault in every noise. */
    static List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            for (Noise noise : Noise.values()) {
                trials.add(new Trial(noise, fault));
            }
        }
        return trials;
    }
}
