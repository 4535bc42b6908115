package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import java.nio.file.Path;
import java.util.Optional;
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
            "  tdeploy init                                   write a service file and edit it",
            "  tdeploy plan --artifact build/shop.tar.gz      see what would happen",
            "  tdeploy run --artifact build/shop.tar.gz --release 1.1",
            "",
            "Something is wrong:",
            "  tdeploy status                                 what is live where",
            "  tdeploy rollback                               back to the last good release",
            "",
            "Exit codes: 0 done; 1 the release was bad and was rolled back; 2 refused, nothing was touched;",
            "3 the rollback failed, a person is needed; 4 the smoke test failed; 5 something unforeseen;",
            "6 some hosts do not have the live release."
        },
        subcommands = {
            InitCommand.class,
            PlanCommand.class,
            SnapshotCommand.class,
            DeployCommand.class,
            SmokeTestCommand.class,
            CompleteCommand.class,
            RunCommand.class,
            RollbackCommand.class,
            UndoCommand.class,
            ReplayCommand.class,
            DriftCommand.class,
            RecoverCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            PromoteCommand.class,
            ScaleCommand.class,
            ConvergeCommand.class,
            AbortCommand.class,
            RetireCommand.class,
            FreezeCommand.class,
            UnfreezeCommand.class,
            NoticesCommand.class,
            RestoreCommand.class,
            StatusCommand.class,
            AttachCommand.class,
            HistoryCommand.class,
            JournalCommand.class,
            VerifyCommand.class,
            PruneCommand.class,
            LoadBalancerCommand.class,
            LoadBalancerConfigCommand.class,
            SubmitCommand.class,
            WorkerCommand.class,
            HostServiceCommand.class
        })
public final class Main {
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
        System.exit(execute(args));
    }

    static int execute(String... args) {
        CommandLine tdeploy = new CommandLine(new Main());
        // 'tdeploy run --version 1' would print a version, release nothing, and be a success.
        tdeploy.getSubcommands().values().stream()
                .distinct()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> spec.findOption("--version") != null)
                .forEach(spec -> spec.remove(spec.findOption("--version")));
        return tdeploy.setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    boolean expected = e instanceof RefusedException
                            || e instanceof CorruptStateException
                            || e instanceof DiskFullException;
                    commandLine.getErr().println("tdeploy: " + (expected ? e.getMessage() : e.toString()));
                    return e instanceof RefusedException ? Outcome.REFUSED.exitCode() : Outcome.ERROR.exitCode();
                })
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A reason or a version that begins with @ is a text of somebody's, not a file to read arguments from.
                .setExpandAtFiles(false)
                .execute(args);
    }

    Path stateDirectory() {
        return Optional.ofNullable(stateDir)
                .or(() ->
                        Optional.ofNullable(System.getenv("TDEPLOY_STATE_DIR")).map(Path::of))
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
