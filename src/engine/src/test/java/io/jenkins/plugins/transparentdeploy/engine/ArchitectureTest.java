package io.jenkins.plugins.transparentdeploy.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The order of the packages: data flows one way. */
@AnalyzeClasses(packages = ArchitectureTest.ENGINE, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    static final String ENGINE = "io.jenkins.plugins.transparentdeploy.engine";

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule layers = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ENGINE + ".*..")
            .layer("storage")
            .definedBy(ENGINE + ".storage..")
            .layer("snapshot")
            .definedBy(ENGINE + ".snapshot..")
            .layer("journal")
            .definedBy(ENGINE + ".journal..")
            .layer("target")
            .definedBy(ENGINE + ".target..")
            .layer("host")
            .definedBy(ENGINE + ".host..")
            .layer("check")
            .definedBy(ENGINE + ".check..")
            .layer("loadbalancer")
            .definedBy(ENGINE + ".loadbalancer..")
            .layer("analysis")
            .definedBy(ENGINE + ".analysis..")
            .layer("scaling")
            .definedBy(ENGINE + ".scaling..")
            .layer("strategy")
            .definedBy(ENGINE + ".strategy..")
            .layer("notification")
            .definedBy(ENGINE + ".notification..")
            .layer("service")
            .definedBy(ENGINE + ".service..")
            .layer("release")
            .definedBy(ENGINE + ".release..")
            .layer("rollback")
            .definedBy(ENGINE + ".rollback..")
            .whereLayer("rollback")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("release")
            .mayOnlyBeAccessedByLayers("rollback")
            .whereLayer("service")
            .mayOnlyBeAccessedByLayers("release", "rollback")
            .whereLayer("strategy")
            .mayOnlyBeAccessedByLayers("service", "release", "rollback")
            .whereLayer("scaling")
            .mayOnlyBeAccessedByLayers("service", "release", "rollback")
            .whereLayer("analysis")
            .mayOnlyBeAccessedByLayers("scaling", "service", "release", "rollback")
            .whereLayer("target")
            .mayOnlyBeAccessedByLayers("release", "rollback")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("target", "release", "rollback")
            .whereLayer("check")
            .mayOnlyBeAccessedByLayers("analysis", "scaling", "notification", "service", "release", "rollback")
            .whereLayer("notification")
            .mayOnlyBeAccessedByLayers("service", "release", "rollback")
            .whereLayer("loadbalancer")
            .mayOnlyBeAccessedByLayers("analysis", "scaling", "strategy", "service", "release", "rollback");

    @ArchTest
    static final ArchRule engineKnowsNothingOfJenkins =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("hudson..", "jenkins..", "org.jenkinsci..");

    /** Whoever releases on the machine itself loads nothing of it. */
    @ArchTest
    static final ArchRule onlyHostsBehindSshKnowItsLibrary = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + ".host.ssh..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.sshd..");

    /** What is written any other way than through {@code java.nio.file} escapes the fault injection. */
    @ArchTest
    static final ArchRule writesCanBeMadeToFail = noClasses()
            .that()
            // Evidence for people, appended while waiting, which an interrupt ends and would close a channel by.
            .doNotHaveFullyQualifiedName(ENGINE + ".release.SampleFile")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(FileOutputStream|FileWriter)");
}
