package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import io.jenkins.plugins.transparentdeploy.settings.Analysis;
import io.jenkins.plugins.transparentdeploy.settings.BasicAuth;
import io.jenkins.plugins.transparentdeploy.settings.BearerAuth;
import io.jenkins.plugins.transparentdeploy.settings.CheckMetric;
import io.jenkins.plugins.transparentdeploy.settings.CommandCheck;
import io.jenkins.plugins.transparentdeploy.settings.DemandScaling;
import io.jenkins.plugins.transparentdeploy.settings.ErrorRateMetric;
import io.jenkins.plugins.transparentdeploy.settings.HttpCheck;
import io.jenkins.plugins.transparentdeploy.settings.LatencyMetric;
import io.jenkins.plugins.transparentdeploy.settings.LogCheck;
import io.jenkins.plugins.transparentdeploy.settings.LogMetric;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusCheck;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusMetric;
import io.jenkins.plugins.transparentdeploy.settings.PrometheusScaling;
import io.jenkins.plugins.transparentdeploy.settings.ReleasesTarget;
import io.jenkins.plugins.transparentdeploy.settings.TcpCheck;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Snippet Generator writes for the other steps is what its forms said, and what a Jenkinsfile says. */
@WithJenkins
class SnippetsTest {
    private Snippets snippets;

    /** All with one Jenkins, for starting it is what takes time. */
    @Test
    void everyFormSaysWhatAJenkinsfileSays(JenkinsRule rule) {
        snippets = new Snippets(rule);
        assertAll(
                this::snapshot,
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
        snippets.roundTrip(step, "snapshot environment: 'production', service: 'shop', target: releases('/srv/shop')");
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
        snippets.roundTrip(
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
        snippets.roundTrip(
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
        snippets.roundTrip(
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
        snippets.roundTrip(
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
        snippets.roundTrip(
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
        snippets.roundTrip(
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
        snippets.roundTrip(
                step, "rollback acceptOneWay: true, environment: 'production', service: 'shop', to: 'previous'");
    }
}
