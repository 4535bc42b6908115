package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code tdeploy}. */
@Command(
        name = "tdeploy",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Releases and rollbacks that the people who use a service never notice.",
        header = "",
        footer = {
            "",
            "A first release:",
            "  tdeploy init                               write a service file; edit it",
            "  tdeploy plan --artifact build/shop.tar.gz  see what would happen",
            "  tdeploy run --artifact build/shop.tar.gz --release 1.1",
            "",
            "Something is wrong:",
            "  tdeploy status                             what is live where",
            "  tdeploy rollback                           back to the last good release",
            "",
            "Exit codes:",
            "  0  done",
            "  1  the release was bad and was rolled back; the service is well",
            "  2  refused; nothing was touched",
            "  3  the rollback failed; a person is needed",
            "  4  the smoke test failed",
            "  5  something unforeseen",
            "  6  some instances do not have the live release"
        })
public final class Main {
    /** In the order of the help. */
    private static final List<Map.Entry<String, Class<?>>> COMMANDS = List.of(
            entry("init", InitCommand.class),
            entry("plan", PlanCommand.class),
            entry("snapshot", SnapshotCommand.class),
            entry("deploy", DeployCommand.class),
            entry("smoke-test", SmokeTestCommand.class),
            entry("complete", CompleteCommand.class),
            entry("run", RunCommand.class),
            entry("rollback", RollbackCommand.class),
            entry("undo", UndoCommand.class),
            entry("replay", ReplayCommand.class),
            entry("drift", DriftCommand.class),
            entry("recover", RecoverCommand.class),
            entry("pause", PauseCommand.class),
            entry("resume", ResumeCommand.class),
            entry("promote", PromoteCommand.class),
            entry("scale", ScaleCommand.class),
            entry("converge", ConvergeCommand.class),
            entry("abort", AbortCommand.class),
            entry("retire", RetireCommand.class),
            entry("freeze", FreezeCommand.class),
            entry("unfreeze", UnfreezeCommand.class),
            entry("notices", NoticesCommand.class),
            entry("restore", RestoreCommand.class),
            entry("status", StatusCommand.class),
            entry("attach", AttachCommand.class),
            entry("history", HistoryCommand.class),
            entry("journal", JournalCommand.class),
            entry("verify", VerifyCommand.class),
            entry("prune", PruneCommand.class),
            entry("load-balancer", LoadBalancerCommand.class),
            entry("load-balancer-config", LoadBalancerConfigCommand.class),
            entry("archive-classes", ArchiveClassesCommand.class),
            entry("submit", SubmitCommand.class),
            entry("worker", WorkerCommand.class),
            entry("host-service", HostServiceCommand.class));

    @Option(
            names = "--state-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Where releases, snapshots and journals are kept; also TDEPLOY_STATE_DIR."
                    + " Default: ~/.transparent-deploy")
    Path stateDir;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON, a line for each event and result.")
    boolean json;

    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = execute(args);
        } catch (OutOfMemoryError exhausted) {
            System.err.println("tdeploy: " + MemoryUsedUp.explaining(exhausted));
            exitCode = Outcome.ERROR.exitCode();
        }
        System.exit(exitCode);
    }

    static int execute(String... line) {
        String[] args = withHelpBehind(line);
        CommandLine tdeploy = commandLine(args);
        // 'tdeploy run --version 1' would print a version, release nothing, and be a success.
        tdeploy.getSubcommands().values().stream()
                .distinct()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> spec.findOption("--version") != null)
                .forEach(spec -> spec.remove(spec.findOption("--version")));
        return tdeploy.setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    boolean said = e instanceof IOException
                            || e instanceof RefusedException
                            || e instanceof CorruptStateException;
                    commandLine.getErr().println("tdeploy: " + (said ? FailureText.of(e) : e.toString()));
                    return e instanceof RefusedException ? Outcome.REFUSED.exitCode() : Outcome.ERROR.exitCode();
                })
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A reason or a version that begins with @ is a text of somebody's, not a file to read arguments from.
                .setExpandAtFiles(false)
                .execute(args);
    }

    /** Whoever writes 'help rollback' means 'rollback --help'. */
    private static String[] withHelpBehind(String... line) {
        return line.length > 0 && line[0].equals("help")
                ? Stream.concat(Arrays.stream(line).skip(1), Stream.of("--help"))
                        .toArray(String[]::new)
                : line;
    }

    /** With the commands that the arguments may mean: to describe all of them takes as long as a short command. */
    static CommandLine commandLine(String... args) {
        CommandLine tdeploy = new CommandLine(new Main());
        Set<String> typed = Set.of(Arrays.stream(args).distinct().toArray(String[]::new));
        List<Map.Entry<String, Class<?>>> meant = COMMANDS.stream()
                .filter(command -> typed.contains(command.getKey()))
                .toList();
        (meant.isEmpty() ? COMMANDS : meant).forEach(command -> tdeploy.addSubcommand(command.getValue()));
        return tdeploy;
    }

    private static Map.Entry<String, Class<?>> entry(String name, Class<?> command) {
        return Map.entry(name, command);
    }

    Path stateDirectory() {
        return stateDirectoryOf(stateDir, System.getenv("TDEPLOY_STATE_DIR"));
    }

    /** Blank as in a script whose variable is not set is not named: the directory where it runs is certainly not meant. */
    static Path stateDirectoryOf(Path option, String variable) {
        return Stream.of(
                        Optional.ofNullable(option),
                        Optional.ofNullable(variable).map(Path::of))
                .flatMap(Optional::stream)
                .filter(named -> !named.toString().isBlank())
                .findFirst()
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".transparent-deploy"));
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tdeploy " + (version == null ? "(unreleased)" : version)};
        }
    }
}
