/** What only Declarative pipelines have. The rest of the plugin works without the plugins that this package needs. */
package io.jenkins.plugins.transparentdeploy.declarative;
