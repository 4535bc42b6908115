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

    /** Every noise without a fault, every fault in all noises, and a slight one at a hundred requests a second and fewer. */
    static List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        for (Noise noise : Noise.values()) {
            trials.add(Trial.of(noise, Fault.NONE));
        }
        for (Fault fault : Fault.values()) {
            if (fault != Fault.NONE) {
                trials.add(new Trial(List.of(Noise.values()), fault));
            }
        }
        for (Noise load : List.of(Noise.STEADY, Noise.TWO_FIFTHS, Noise.FIFTH)) {
            trials.add(Trial.of(load, Fault.FIVE_PERCENT));
        }
        return trials;
    }
}
