package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import hudson.util.FormValidation;
import io.jenkins.plugins.transparentdeploy.settings.Analysis;
import io.jenkins.plugins.transparentdeploy.settings.BasicAuth;
import io.jenkins.plugins.transparentdeploy.settings.BearerAuth;
import io.jenkins.plugins.transparentdeploy.settings.BlueGreenStrategy;
import io.jenkins.plugins.transparentdeploy.settings.CanaryStep;
import io.jenkins.plugins.transparentdeploy.settings.CanaryStrategy;
import io.jenkins.plugins.transparentdeploy.settings.CheckMetric;
import io.jenkins.plugins.transparentdeploy.settings.CommandCheck;
import io.jenkins.plugins.transparentdeploy.settings.DemandScaling;
import io.jenkins.plugins.transparentdeploy.settings.DirectoryTarget;
import io.jenkins.plugins.transparentdeploy.settings.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.ErrorRateMetric;
import io.jenkins.plugins.transparentdeploy.settings.HaProxyLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.Hook;
import io.jenkins.plugins.transparentdeploy.settings.Hooks;
import io.jenkins.plugins.transparentdeploy.settings.HttpCheck;
import io.jenkins.plugins.transparentdeploy.settings.Instance;
import io.jenkins.plugins.transparentdeploy.settings.LatencyMetric;
import io.jenkins.plugins.transparentdeploy.settings.LatencyScaling;
import io.jenkins.plugins.transparentdeploy.settings.LogCheck;
import io.jenkins.plugins.transparentdeploy.settings.LogMetric;
import io.jenkins.plugins.transparentdeploy.settings.NginxLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusCheck;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusMetric;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusScaling;
import io.jenkins.plugins.transparentdeploy.settings.RecreateStrategy;
import io.jenkins.plugins.transparentdeploy.settings.ReleasesTarget;
import io.jenkins.plugins.transparentdeploy.settings.RollingStrategy;
import io.jenkins.plugins.transparentdeploy.settings.ServiceProcess;
import io.jenkins.plugins.transparentdeploy.settings.TcpCheck;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Snippet Generator writes is what its forms said, and what a Jenkinsfile says. */
@WithJenkins
class SnippetsTest {
    private JenkinsRule jenkins;

    /** All with one Jenkins, for starting it is what takes time. */
    @Test
    void everyFormSaysWhatAJenkinsfileSays(JenkinsRule rule) {
        jenkins = rule;
        assertAll(
                this::snapshot,
                this::deployAsInTheServiceFile,
                this::deployAllInTheJenkinsfile,
                this::deployAReleaseOfAnotherEnvironment,
                this::deployBehindHaProxy,
                this::deployBehindNginx,
                this::deployByRecreating,
                this::deployByShares,
                this::deployToTheIdleSlot,
                this::deployToACanary,
                this::scale,
                this::scaleByWhatPrometheusKnows,
                this::smokeTest,
                this::smokeTestOfWhatNeedsASecretOrHasNumbers,
                this::autoRollback,
                this::autoRollbackByWhatOthersMeasure,
                this::rollback);
    }

    private void snapshot() throws Exception {
        SnapshotStep step = new SnapshotStep();
        step.setService("shop");
        step.setEnvironment("production");
        step.setTarget(new ReleasesTarget("/srv/shop"));
        roundTrip(step, "snapshot environment: 'production', service: 'shop', target: releases('/srv/shop')");
    }

    private void deployAsInTheServiceFile() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("build/shop.zip");
        step.setVersion("1.1");
        roundTrip(step, "deploy artifact: 'build/shop.zip', version: '1.1'");
    }

    private void deployAllInTheJenkinsfile() throws Exception {
        DirectoryTarget target = new DirectoryTarget("/srv/shop/{instance}");
        target.setShared(List.of("logs/**", "uploads/**"));
        RollingStrategy strategy = new RollingStrategy();
        strategy.setBatch("1");
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
        step.setReadySuccesses(3);
        step.setReadyAttemptTimeout("2s");
        step.setInstances(List.of(new Instance("a", 8081), new Instance("b", 8082)));
        step.setLoadBalancer(new EmbeddedLoadBalancer("/run/shop.sock"));
        step.setDrain("20s");
        step.setHooks(hooks());
        step.setUnpack(true);
        step.setStripComponents(1);
        step.setReason("more stock");
        step.setForce(true);
        step.setDespiteFreeze(true);
        step.setAcceptOneWay(true);
        step.setFile("deploy/shop.yaml");
        step.setStateDirectory("/var/lib/tdeploy");
        roundTrip(
                step,
                "deploy acceptOneWay: true, artifact: 'shop', despiteFreeze: true, drain: '20s', file: 'deploy/shop.yaml', force: true,"
                        + " hooks: hooks(afterDeploy: [hook(nothingToUndo: true, shell: 'curl -fsS http://127.0.0.1/warm')],"
                        + " beforeDeploy: [hook(command: ['bin/migrate', 'up'], environmentFile: '/etc/shop/db', name: 'migrate',"
                        + " timeout: '10m', undo: ['bin/migrate', 'down']), hook(command: ['bin/close'], oneWay: true)]),"
                        + " instances: [instance(name: 'a', port: 8081), instance(name: 'b', port: 8082)],"
                        + " loadBalancer: embedded('/run/shop.sock'),"
                        + " process: process(environment: ['LANG=C.UTF-8', 'MODE=fast'], run: ['bin/shop', '--port', '{port}']),"
                        + " readyAttemptTimeout: '2s', readyCheck: httpCheck(timeout: '30s', url: 'http://127.0.0.1:{port}/'),"
                        + " readySuccesses: 3, reason: 'more stock',"
                        + " stateDirectory: '/var/lib/tdeploy', strategy: rolling(batch: 1, pause: '5s'), stripComponents: 1,"
                        + " target: directory(path: '/srv/shop/{instance}', shared: ['logs/**', 'uploads/**']), unpack: true");
    }

    private static Hooks hooks() {
        Hook migrate = new Hook();
        migrate.setName("migrate");
        migrate.setCommand(List.of("bin/migrate", "up"));
        migrate.setUndo(List.of("bin/migrate", "down"));
        migrate.setTimeout("10m");
        migrate.setEnvironmentFile("/etc/shop/db");
        Hook close = new Hook();
        close.setCommand(List.of("bin/close"));
        close.setOneWay(true);
        Hook warm = new Hook();
        warm.setShell("curl -fsS http://127.0.0.1/warm");
        warm.setNothingToUndo(true);
        Hooks hooks = new Hooks();
        hooks.setBeforeDeploy(List.of(migrate, close));
        hooks.setAfterDeploy(List.of(warm));
        return hooks;
    }

    private void deployAReleaseOfAnotherEnvironment() throws Exception {
        DeployStep step = new DeployStep();
        step.setEnvironment("production");
        step.setRelease("20261121T095958000Z-0a1b2c3d");
        roundTrip(step, "deploy environment: 'production', release: '20261121T095958000Z-0a1b2c3d'");
        DeployStep.DescriptorImpl descriptor = (DeployStep.DescriptorImpl) step.getDescriptor();
        assertThat(descriptor.doCheckRelease(null, step.getRelease(), "").kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(descriptor.doCheckRelease(null, step.getRelease(), "app").kind)
                .isEqualTo(FormValidation.Kind.ERROR);
        assertThat(descriptor.doCheckRelease(null, "1.1", "").kind).isEqualTo(FormValidation.Kind.ERROR);
    }

    private void deployBehindHaProxy() throws Exception {
        HaProxyLoadBalancer haproxy = new HaProxyLoadBalancer("/run/haproxy/admin.sock", "shop");
        haproxy.setServers(List.of("a: web1", "b: web2"));
        haproxy.setStateFile("/var/lib/haproxy/shop.state");
        haproxy.setAccessLog("/var/log/haproxy-shop.log");
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setLoadBalancer(haproxy);
        roundTrip(
                step,
                "deploy artifact: 'shop', loadBalancer: haproxy(accessLog: '/var/log/haproxy-shop.log', backend: 'shop',"
                        + " servers: ['a: web1', 'b: web2'], socket: '/run/haproxy/admin.sock', stateFile: '/var/lib/haproxy/shop.state')");
        assertThat(haproxy.toServiceFile())
                .isEqualTo(Map.of(
                        "haproxy",
                        Map.of(
                                "socket",
                                "/run/haproxy/admin.sock",
                                "backend",
                                "shop",
                                "stateFile",
                                "/var/lib/haproxy/shop.state",
                                "accessLog",
                                "/var/log/haproxy-shop.log",
                                "servers",
                                Map.of("a", "web1", "b", "web2"))));
    }

    private void deployBehindNginx() throws Exception {
        NginxLoadBalancer nginx = new NginxLoadBalancer("/etc/nginx/shop/upstream.conf", "shop");
        nginx.setBalancing("least-connections");
        nginx.setConfigTest(List.of("sudo", "nginx", "-t"));
        nginx.setReloadCommand(List.of("sudo", "systemctl", "reload", "nginx"));
        nginx.setDirectives(List.of("keepalive 16", "zone shop 64k"));
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setLoadBalancer(nginx);
        roundTrip(
                step,
                "deploy artifact: 'shop', loadBalancer: nginx(balancing: 'least-connections',"
                        + " configTest: ['sudo', 'nginx', '-t'], directives: ['keepalive 16', 'zone shop 64k'],"
                        + " reloadCommand: ['sudo', 'systemctl', 'reload', 'nginx'],"
                        + " upstream: 'shop', upstreamFile: '/etc/nginx/shop/upstream.conf')");
    }

    private void deployByRecreating() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("shop.war");
        step.setUnpack(false);
        step.setStrategy(new RecreateStrategy());
        roundTrip(step, "deploy artifact: 'shop.war', strategy: recreate(), unpack: false");
    }

    private void deployByShares() throws Exception {
        RollingStrategy rolling = new RollingStrategy();
        rolling.setBatch("25%");
        rolling.setAnalysis(true);
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setStrategy(rolling);
        roundTrip(step, "deploy artifact: 'shop', strategy: rolling(analysis: true, batch: '25%')");
        assertThat(rolling.toServiceFile()).isEqualTo(Map.of("rolling", Map.of("batch", "25%", "analysis", true)));
    }

    private void deployToTheIdleSlot() throws Exception {
        BlueGreenStrategy blueGreen = new BlueGreenStrategy();
        blueGreen.setSlots(List.of("blue: a, b", "green: c, d"));
        blueGreen.setKeep("30m");
        LatencyScaling scaling = new LatencyScaling("300ms");
        scaling.setMin(2);
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setStrategy(blueGreen);
        step.setScaling(scaling);
        roundTrip(
                step,
                "deploy artifact: 'shop', scaling: latencyScaling(min: 2, objective: '300ms'),"
                        + " strategy: blueGreen(keep: '30m', slots: ['blue: a, b', 'green: c, d'])");
        assertThat(blueGreen.toServiceFile())
                .isEqualTo(Map.of(
                        "blueGreen",
                        Map.of("slots", Map.of("blue", List.of("a", "b"), "green", List.of("c", "d")), "keep", "30m")));
    }

    private void deployToACanary() throws Exception {
        CanaryStep judged = new CanaryStep(50);
        judged.setPause("manual");
        judged.setWindow("1m");
        judged.setMinimumSamples(1000);
        CanaryStrategy canary = new CanaryStrategy();
        canary.setInstances(List.of("c", "d"));
        canary.setSteps(List.of(new CanaryStep(5), judged));
        canary.setBatch("2");
        ServiceProcess unit = new ServiceProcess();
        unit.setSystemd("shop@{instance}.service");
        unit.setScope("system");
        unit.setSystemctl(List.of("sudo", "systemctl"));
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setProcess(unit);
        step.setStrategy(canary);
        roundTrip(
                step,
                "deploy artifact: 'shop', process: process(scope: 'system', systemctl: ['sudo', 'systemctl'],"
                        + " systemd: 'shop@{instance}.service'), strategy: canary(batch: 2, instances: ['c', 'd'], steps: [5,"
                        + " canaryStep(minimumSamples: 1000, pause: 'manual', weight: 50, window: '1m')])");
    }

    private void scale() throws Exception {
        DemandScaling scaling = new DemandScaling(120.0);
        scaling.setMin(2);
        scaling.setMax(4);
        scaling.setHysteresis("30%");
        scaling.setCooldown("5m");
        scaling.setWindow("20s");
        ScaleStep step = new ScaleStep();
        step.setService("shop");
        step.setEnvironment("production");
        step.setScaling(scaling);
        roundTrip(
                step,
                "scale environment: 'production', scaling: demandScaling(cooldown: '5m', demand: 120.0, hysteresis: '30%',"
                        + " max: 4, min: 2, window: '20s'), service: 'shop'");
    }

    private void scaleByWhatPrometheusKnows() throws Exception {
        BearerAuth token = new BearerAuth();
        token.setTokenFile("/etc/shop/token");
        PrometheusScaling scaling = new PrometheusScaling("avg(cpu)", "http://127.0.0.1:9090", 60.0);
        scaling.setAuth(token);
        scaling.setCaFile("/etc/shop/ca.pem");
        scaling.setTimeout("2s");
        ScaleStep step = new ScaleStep();
        step.setEnvironment("production");
        step.setScaling(scaling);
        step.setFile("deploy/shop.yaml");
        roundTrip(
                step,
                "scale environment: 'production', file: 'deploy/shop.yaml', scaling: prometheusScaling("
                        + "auth: bearerAuth(tokenFile: '/etc/shop/token'), caFile: '/etc/shop/ca.pem', objective: 60.0,"
                        + " query: 'avg(cpu)', server: 'http://127.0.0.1:9090', timeout: '2s')");
    }

    private void smokeTest() throws Exception {
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

    private void smokeTestOfWhatNeedsASecretOrHasNumbers() throws Exception {
        BasicAuth user = new BasicAuth("probe");
        user.setPasswordFile("/etc/shop/probe-password");
        HttpCheck http = new HttpCheck("https://127.0.0.1:8443/health");
        http.setAuth(user);
        http.setCaFile("/etc/shop/ca.pem");
        http.setJson(List.of("/status: UP", "/database/ready: true"));
        http.setFollowRedirects(false);
        BearerAuth token = new BearerAuth();
        token.setTokenVariable("SHOP_TOKEN");
        PrometheusCheck queue = new PrometheusCheck("max(shop_queue_length)", "http://127.0.0.1:9090");
        queue.setAtMost(100.0);
        queue.setAuth(token);
        LogCheck log = new LogCheck("/var/log/shop.log", " ERROR ");
        log.setAtMost(0);
        log.setName("nothing severe");
        SmokeTestStep step = new SmokeTestStep();
        step.setChecks(List.of(http, queue, log));
        roundTrip(
                step,
                "smokeTest(checks: [httpCheck(auth: basicAuth(passwordFile: '/etc/shop/probe-password', user: 'probe'),"
                        + " caFile: '/etc/shop/ca.pem', followRedirects: false, json: ['/status: UP', '/database/ready: true'],"
                        + " url: 'https://127.0.0.1:8443/health'), prometheusCheck(atMost: 100.0, auth:"
                        + " bearerAuth(tokenVariable: 'SHOP_TOKEN'), query: 'max(shop_queue_length)', server: 'http://127.0.0.1:9090'),"
                        + " logCheck(atMost: 0, file: '/var/log/shop.log', name: 'nothing severe', pattern: ' ERROR ')])");
        assertThat(http.toServiceFile()).extracting("json").isEqualTo(Map.of("/status", "UP", "/database/ready", true));
    }

    private void autoRollback() throws Exception {
        ErrorRateMetric errors = new ErrorRateMetric();
        errors.setObjective(0.01);
        errors.setFloor(0.05);
        errors.setRegression(0.02);
        LatencyMetric latency = new LatencyMetric();
        latency.setPercentile(95.0);
        latency.setObjective("200ms");
        latency.setRegression("100ms");
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
                "autoRollback(analysis: analysis(metrics: [errorRate(floor: 0.05, objective: 0.01, regression: 0.02),"
                        + " latency(objective: '200ms', percentile: 95.0, regression: '100ms'), checkMetric(check: tcpCheck('127.0.0.1:8080'), weight: 2.0)],"
                        + " minimumSamples: 20, onInconclusive: 'keep', passScore: 0.9, window: '30s'),"
                        + " environment: 'production') {\n    // some block\n}");
    }

    private void autoRollbackByWhatOthersMeasure() throws Exception {
        PrometheusMetric queue = new PrometheusMetric("max(shop_queue_length)", "https://127.0.0.1:9090");
        queue.setName("queue");
        queue.setObjective(10.0);
        queue.setFloor(100.0);
        queue.setAuth(new BasicAuth("probe"));
        LogMetric log = new LogMetric("/var/log/shop.log", "SEVERE");
        log.setFloor(10.0);
        Analysis analysis = new Analysis();
        analysis.setMetrics(List.of(queue, log));
        AutoRollbackStep step = new AutoRollbackStep();
        step.setAnalysis(analysis);
        roundTrip(
                step,
                "autoRollback(analysis: analysis(metrics: [prometheusMetric(auth: basicAuth('probe'), floor: 100.0, name: 'queue',"
                        + " objective: 10.0, query: 'max(shop_queue_length)', server: 'https://127.0.0.1:9090'),"
                        + " logMetric(file: '/var/log/shop.log', floor: 10.0, pattern: 'SEVERE')])) {\n    // some block\n}");
    }

    private void rollback() throws Exception {
        RollbackStep step = new RollbackStep();
        step.setService("shop");
        step.setEnvironment("production");
        step.setTo("previous");
        step.setAcceptOneWay(true);
        roundTrip(step, "rollback acceptOneWay: true, environment: 'production', service: 'shop', to: 'previous'");
    }

    private void roundTrip(Step step, String snippet) throws Exception {
        new SnippetizerTester(jenkins).assertRoundTrip(step, snippet);
        Step configured = new StepConfigTester(jenkins).configRoundTrip(step);
        new SnippetizerTester(jenkins).assertRoundTrip(configured, snippet);
    }
}
