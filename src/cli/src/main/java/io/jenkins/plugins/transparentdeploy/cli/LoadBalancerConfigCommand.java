package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.LoadBalancerDefinition;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tdeploy load-balancer-config}. */
@Command(
        name = "load-balancer-config",
        mixinStandardHelpOptions = true,
        description = "Print what belongs into the load balancer's own configuration, from the service file.")
final class LoadBalancerConfigCommand implements Callable<Integer> {
    @Mixin
    ServiceOptions service;

    @Option(names = "--write", description = "Also write nginx's upstream file, if it is not there yet.")
    boolean write;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        EnvironmentDefinition definition = service.definition();
        LoadBalancerDefinition loadBalancer = definition
                .loadBalancer()
                .orElseThrow(() -> new RefusedException(
                        definition.service() + "/" + definition.environment() + " has no load balancer",
                        "Add 'loadBalancer:' to the service file"));
        PrintWriter out = spec.commandLine().getOut();
        if (loadBalancer instanceof LoadBalancerDefinition.Nginx nginx) {
            out.print(nginx.settings().renderConfiguration());
            out.println("# " + nginx.settings().upstreamFile() + " to begin with:");
            nginx.settings().render().lines().forEach(line -> out.println("#     " + line));
            if (write) {
                write(nginx.settings());
                out.println("# It was written.");
            }
        } else if (loadBalancer instanceof LoadBalancerDefinition.HaProxy haProxy) {
            out.print(haProxy.settings().renderConfiguration(addresses(definition)));
        } else {
            out.println("tdeploy load-balancer --listen 8080 --socket "
                    + ((LoadBalancerDefinition.Embedded) loadBalancer).controlSocket() + backends(definition));
        }
        out.flush();
        return 0;
    }

    private static void write(NginxSettings settings) throws IOException {
        try {
            Files.writeString(settings.upstreamFile(), settings.render(), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(
                    settings.upstreamFile() + " is there already", "Leave '--write' out, or move it away", e);
        } catch (NoSuchFileException e) {
            throw new RefusedException(
                    "The directory of " + settings.upstreamFile() + " is not there",
                    "Create it, for the user that deploys",
                    e);
        }
    }

    private static Map<String, String> addresses(EnvironmentDefinition definition) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (InstanceDefinition instance : definition.instances()) {
            String machine = instance.host().map(HostDefinition::address).orElse("127.0.0.1");
            addresses.put(instance.name(), instance.address().orElse(machine + ":PORT"));
        }
        return addresses;
    }

    private static String backends(EnvironmentDefinition definition) {
        StringBuilder backends = new StringBuilder();
        addresses(definition).forEach((name, address) -> backends.append(" --backend ")
                .append(name)
                .append("=http://")
                .append(address));
        return backends.toString();
    }
}
