package io.jenkins.plugins.transparentdeploy.steps;

import io.jenkins.plugins.transparentdeploy.settings.Analysis;
import io.jenkins.plugins.transparentdeploy.settings.CheckMetric;
import io.jenkins.plugins.transparentdeploy.settings.CommandCheck;
import io.jenkins.plugins.transparentdeploy.settings.DirectoryTarget;
import io.jenkins.plugins.transparentdeploy.settings.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.ErrorRateMetric;
import io.jenkins.plugins.transparentdeploy.settings.HttpCheck;
import io.jenkins.plugins.transparentdeploy.settings.Instance;
import io.jenkins.plugins.transparentdeploy.settings.LatencyMetric;
import io.jenkins.plugins.transparentdeploy.settings.RecreateStrategy;
import io.jenkins.plugins.transparentdeploy.settings.ReleasesTarget;
import io.jenkins.plugins.transparentdeploy.settings.RollingStrategy;
import io.jenkins.plugins.transparentdeploy.settings.ServiceProcess;
import io.jenkins.plugins.transparentdeploy.settings.TcpCheck;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Snippet Generator writes is what its forms said, and what a Jenkinsfile says. */
@WithJenkins
class SnippetsTest {
    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
    }

    @Test
    void snapshot() throws Exception {
        SnapshotStep step = new SnapshotStep();
        step.setService("shop");
        step.setEnvironment("production");
        step.setTarget(new ReleasesTarget("/srv/shop"));
        roundTrip(step, "snapshot environment: 'production', service: 'shop', target: releases('/srv/shop')");
    }

    @Test
    void deployAsInTheServiceFile() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("build/shop.zip");
        step.setVersion("1.1");
        roundTrip(step, "deploy artifact: 'build/shop.zip', version: '1.1'");
    }

    @Test
    void deployAllInTheJenkinsfile() throws Exception {
        DirectoryTarget target = new DirectoryTarget("/srv/shop/{instance}");
        target.setShared(List.of("logs/**", "uploads/**"));
        RollingStrategy strategy = new RollingStrategy();
        strategy.setBatch(1);
        strategy.setPause("5s");
        ServiceProcess process = new ServiceProcess();
        process.setRun(List.of("bin/shop", "--port", "{port}"));
        process.setEnvironment(List.of("LANG=C.UTF-8", "MODE=fast"));
        HttpCheck ready = new HttpCheck("http://127.0.0.1:{port}/");
        ready.setTimeout("30s");
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setTarget(target);
        step.setStrategy(strategy);
        step.setProcess(process);
        step.setReadyCheck(ready);
        step.setInstances(List.of(new Instance("a", 8081), new Instance("b", 8082)));
        step.setLoadBalancer(new EmbeddedLoadBalancer("/run/shop.sock"));
        step.setDrain("20s");
        step.setUnpack(true);
        step.setStripComponents(1);
        step.setReason("more stock");
        step.setForce(true);
        step.setFile("deploy/shop.yaml");
        step.setStateDirectory("/var/lib/tdeploy");
        roundTrip(
                step,
                "deploy artifact: 'shop', drain: '20s', file: 'deploy/shop.yaml', force: true,"
                        + " instances: [instance(name: 'a', port: 8081), instance(name: 'b', port: 8082)],"
                        + " loadBalancer: embedded('/run/shop.sock'),"
                        + " process: process(environment: ['LANG=C.UTF-8', 'MODE=fast'], run: ['bin/shop', '--port', '{port}']),"
                        + " readyCheck: httpCheck(timeout: '30s', url: 'http://127.0.0.1:{port}/'), reason: 'more stock',"
                        + " stateDirectory: '/var/lib/tdeploy', strategy: rolling(batch: 1, pause: '5s'), stripComponents: 1,"
                        + " target: directory(path: '/srv/shop/{instance}', shared: ['logs/**', 'uploads/**']), unpack: true");
    }

    @Test
    void deployByRecreating() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("shop.war");
        step.setUnpack(false);
        step.setStrategy(new RecreateStrategy());
        roundTrip(step, "deploy artifact: 'shop.war', strategy: recreate(), unpack: false");
    }

    @Test
    void smokeTest() throws Exception {
        HttpCheck http = new HttpCheck("http://127.0.0.1:8080/orders");
        http.setName("orders");
        http.setStatus(List.of(200));
        http.setBodyContains("open");
        http.setHeaders(List.of("Content-Type: text/html", "Server: Jetty"));
        http.setMaxLatency("500ms");
        CommandCheck command = new CommandCheck(List.of("test", "-e", "/srv/shop/ready"));
        command.setTimeout("2s");
        SmokeTestStep step = new SmokeTestStep();
        step.setChecks(List.of(http, new TcpCheck("127.0.0.1:5432"), command));
        step.setRetries(3);
        step.setInterval("1s");
        step.setTimeout("1m");
        step.setUnstableOnFailure(true);
        roundTrip(
                step,
                "smokeTest checks: [httpCheck(bodyContains: 'open', headers: ['Content-Type: text/html', 'Server: Jetty'],"
                        + " maxLatency: '500ms', name: 'orders', status: [200], url: 'http://127.0.0.1:8080/orders'),"
                        + " tcpCheck('127.0.0.1:5432'), commandCheck(command: ['test', '-e', '/srv/shop/ready'], timeout: '2s')],"
                        + " interval: '1s', retries: 3, timeout: '1m', unstableOnFailure: true");
    }

    @Test
    void autoRollback() throws Exception {
        ErrorRateMetric errors = new ErrorRateMetric();
        errors.setObjective(0.01);
        errors.setFloor(0.05);
        LatencyMetric latency = new LatencyMetric();
        latency.setPercentile(95.0);
        latency.setObjective("200ms");
        CheckMetric check = new CheckMetric(new TcpCheck("127.0.0.1:8080"));
        check.setWeight(2.0);
        Analysis analysis = new Analysis();
        analysis.setWindow("30s");
        analysis.setMinimumSamples(20);
        analysis.setPassScore(0.9);
        analysis.setOnInconclusive("keep");
        analysis.setMetrics(List.of(errors, latency, check));
        AutoRollbackStep step = new AutoRollbackStep();
        step.setEnvironment("production");
        step.setAnalysis(analysis);
        roundTrip(
                step,
                "autoRollback(analysis: analysis(metrics: [errorRate(floor: 0.05, objective: 0.01),"
                        + " latency(objective: '200ms', percentile: 95.0), checkMetric(check: tcpCheck('127.0.0.1:8080'), weight: 2.0)],"
                        + " minimumSamples: 20, onInconclusive: 'keep', passScore: 0.9, window: '30s'),"
                        + " environment: 'production') {\n    // some block\n}");
    }

    @Test
    void rollback() throws Exception {
        RollbackStep step = new RollbackStep();
        step.setService("shop");
        step.setEnvironment("production");
        step.setTo("previous");
        roundTrip(step, "rollback environment: 'production', service: 'shop', to: 'previous'");
    }

    private void roundTrip(Step step, String snippet) throws Exception {
        new SnippetizerTester(jenkins).assertRoundTrip(step, snippet);
        Step configured = new StepConfigTester(jenkins).configRoundTrip(step);
        new SnippetizerTester(jenkins).assertRoundTrip(configured, snippet);
    }
}
