/**
 * Measures the snapshot store beside what else copies and keeps trees. In each round every contender does the same thing
 * to a copy of the same tree, one after the other and in another order each time; what is reported are medians, and
 * ratios of medians, of one run. The time of a tool on an empty directory says how much of it is the tool's start.
 */
package io.jenkins.plugins.transparentdeploy.benchmark;
