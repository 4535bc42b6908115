/**
 * The demo: a real server, a steady load of real requests, a good release and a bad one, and what the users noticed.
 */
package io.jenkins.plugins.transparentdeploy.demo;
