package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import hudson.util.FormValidation;
import io.jenkins.plugins.transparentdeploy.settings.BlueGreenStrategy;
import io.jenkins.plugins.transparentdeploy.settings.CanaryStep;
import io.jenkins.plugins.transparentdeploy.settings.CanaryStrategy;
import io.jenkins.plugins.transparentdeploy.settings.DirectoryTarget;
import io.jenkins.plugins.transparentdeploy.settings.EmbeddedLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.FleetLimits;
import io.jenkins.plugins.transparentdeploy.settings.HaProxyLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.Hook;
import io.jenkins.plugins.transparentdeploy.settings.Hooks;
import io.jenkins.plugins.transparentdeploy.settings.HttpCheck;
import io.jenkins.plugins.transparentdeploy.settings.Instance;
import io.jenkins.plugins.transparentdeploy.settings.LatencyScaling;
import io.jenkins.plugins.transparentdeploy.settings.NginxLoadBalancer;
import io.jenkins.plugins.transparentdeploy.settings.RecreateStrategy;
import io.jenkins.plugins.transparentdeploy.settings.RollingStrategy;
import io.jenkins.plugins.transparentdeploy.settings.ServiceProcess;
import io.jenkins.plugins.transparentdeploy.settings.Ssh;
import io.jenkins.plugins.transparentdeploy.settings.TcpCheck;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Snippet Generator writes for {@code deploy} is what its forms said, and what a Jenkinsfile says. */
@WithJenkins
class DeploySnippetsTest {
    private Snippets snippets;

    /** All with one Jenkins, for starting it is what takes time. */
    @Test
    void everyFormSaysWhatAJenkinsfileSays(JenkinsRule rule) {
        snippets = new Snippets(rule);
        assertAll(
                this::deployAsInTheServiceFile,
                this::deployAllInTheJenkinsfile,
                this::deployAReleaseOfAnotherEnvironment,
                this::deployBehindHaProxy,
                this::deployBehindNginx,
                this::deployToHosts,
                this::deployToLabelledHosts,
                this::deployByRecreating,
                this::deployByShares,
                this::deployToTheIdleSlot,
                this::deployToACanary);
    }

    private void deployAsInTheServiceFile() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("build/shop.zip");
        step.setVersion("1.1");
        snippets.roundTrip(step, "deploy artifact: 'build/shop.zip', version: '1.1'");
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
        step.setTakeOver(true);
        step.setFile("deploy/shop.yaml");
        step.setStateDirectory("/var/lib/tdeploy");
        snippets.roundTrip(
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
                        + " stateDirectory: '/var/lib/tdeploy', strategy: rolling(batch: 1, pause: '5s'), stripComponents: 1, takeOver: true,"
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
        snippets.roundTrip(step, "deploy environment: 'production', release: '20261121T095958000Z-0a1b2c3d'");
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
        snippets.roundTrip(
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
        snippets.roundTrip(
                step,
                "deploy artifact: 'shop', loadBalancer: nginx(balancing: 'least-connections',"
                        + " configTest: ['sudo', 'nginx', '-t'], directives: ['keepalive 16', 'zone shop 64k'],"
                        + " reloadCommand: ['sudo', 'systemctl', 'reload', 'nginx'],"
                        + " upstream: 'shop', upstreamFile: '/etc/nginx/shop/upstream.conf')");
    }

    private void deployToHosts() throws Exception {
        Ssh ssh = new Ssh();
        ssh.setUser("deploy");
        ssh.setPort(2222);
        ssh.setKeyVariable("DEPLOY_KEY");
        ssh.setKnownHosts("/etc/ssh/known_hosts_shop");
        ssh.setJump("ops@bastion.example.org");
        ssh.setConnectTimeout("5s");
        ssh.setCompression(true);
        FleetLimits fleet = new FleetLimits();
        fleet.setParallel(10);
        fleet.setMaxUnavailable(1);
        fleet.setMaxFailures(2);
        Instance instance = new Instance("a", 8081);
        instance.setHost("web1");
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setHosts(List.of("web1", "web2: 10.0.0.12"));
        step.setSsh(ssh);
        step.setFleet(fleet);
        step.setInstances(List.of(instance));
        snippets.roundTrip(
                step,
                "deploy artifact: 'shop', fleet: fleet(maxFailures: 2, maxUnavailable: 1, parallel: 10),"
                        + " hosts: ['web1', 'web2: 10.0.0.12'], instances: [instance(host: 'web1', name: 'a', port: 8081)],"
                        + " ssh: ssh(compression: true, connectTimeout: '5s', jump: 'ops@bastion.example.org',"
                        + " keyVariable: 'DEPLOY_KEY', knownHosts: '/etc/ssh/known_hosts_shop', port: 2222, user: 'deploy')");
        assertThat(step.described().build())
                .isEqualTo(Map.of(
                        "hosts",
                        Map.of("web1", Map.of(), "web2", Map.of("address", "10.0.0.12")),
                        "ssh",
                        Map.of(
                                "user",
                                "deploy",
                                "port",
                                2222,
                                "key",
                                Map.of("variable", "DEPLOY_KEY"),
                                "knownHosts",
                                "/etc/ssh/known_hosts_shop",
                                "jump",
                                "ops@bastion.example.org",
                                "connectTimeout",
                                "5s",
                                "compression",
                                true),
                        "fleet",
                        Map.of("parallel", 10, "maxUnavailable", 1, "maxFailures", 2),
                        "instances",
                        Map.of("a", Map.of("port", 8081, "host", "web1"))));
    }

    private void deployToLabelledHosts() throws Exception {
        Ssh ssh = new Ssh();
        ssh.setCredentialsId("shop-deploy");
        ssh.setAgent(true);
        ssh.setJava("always");
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setHostLabel("web && eu");
        step.setSsh(ssh);
        snippets.roundTrip(
                step,
                "deploy artifact: 'shop', hostLabel: 'web && eu',"
                        + " ssh: ssh(agent: true, credentialsId: 'shop-deploy', java: 'always')");
        assertThat(ssh.toServiceFile())
                .isEqualTo(Map.of("key", Map.of("variable", "TDEPLOY_SSH_KEY"), "agent", true, "java", "always"));
    }

    private void deployByRecreating() throws Exception {
        DeployStep step = new DeployStep();
        step.setArtifact("shop.war");
        step.setUnpack(false);
        step.setStrategy(new RecreateStrategy());
        snippets.roundTrip(step, "deploy artifact: 'shop.war', strategy: recreate(), unpack: false");
    }

    private void deployByShares() throws Exception {
        RollingStrategy rolling = new RollingStrategy();
        rolling.setBatch("25%");
        rolling.setAnalysis(true);
        rolling.setSurge(List.of("d"));
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setStrategy(rolling);
        snippets.roundTrip(
                step, "deploy artifact: 'shop', strategy: rolling(analysis: true, batch: '25%', surge: ['d'])");
        assertThat(rolling.toServiceFile())
                .isEqualTo(Map.of("rolling", Map.of("batch", "25%", "analysis", true, "surge", List.of("d"))));
    }

    private void deployToTheIdleSlot() throws Exception {
        BlueGreenStrategy blueGreen = new BlueGreenStrategy();
        blueGreen.setSlots(List.of("blue: a, b", "green: c, d"));
        blueGreen.setKeep("30m");
        LatencyScaling scaling = new LatencyScaling("300ms");
        scaling.setMin(2);
        HttpCheck page = new HttpCheck("http://127.0.0.1:{port}/");
        page.setBodyContains("open");
        DeployStep step = new DeployStep();
        step.setArtifact("shop");
        step.setStrategy(blueGreen);
        step.setSmokeChecks(List.of(page, new TcpCheck("127.0.0.1:8080")));
        step.setScaling(scaling);
        snippets.roundTrip(
                step,
                "deploy artifact: 'shop', scaling: latencyScaling(min: 2, objective: '300ms'),"
                        + " smokeChecks: [httpCheck(bodyContains: 'open', url: 'http://127.0.0.1:{port}/'), tcpCheck('127.0.0.1:8080')],"
                        + " strategy: blueGreen(keep: '30m', slots: ['blue: a, b', 'green: c, d'])");
        assertThat(blueGreen.toServiceFile())
                .isEqualTo(Map.of(
                        "blueGreen",
                        Map.of("slots", Map.of("blue", List.of("a", "b"), "green", List.of("c", "d")), "keep", "30m")));
        assertThat(step.described().build())
                .extracting("smokeTest")
                .isEqualTo(Map.of(
                        "checks",
                        List.of(
                                Map.of("http", "http://127.0.0.1:{port}/", "bodyContains", "open"),
                                Map.of("tcp", "127.0.0.1:8080"))));
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
        snippets.roundTrip(
                step,
                "deploy artifact: 'shop', process: process(scope: 'system', systemctl: ['sudo', 'systemctl'],"
                        + " systemd: 'shop@{instance}.service'), strategy: canary(batch: 2, instances: ['c', 'd'], steps: [5,"
                        + " canaryStep(minimumSamples: 1000, pause: 'manual', weight: 50, window: '1m')])");
    }
}
