# Finds out whether the Jenkins artifacts resolve, and gets a Maven that can build the plugin. Sourced, not run.

MAVEN=mvn
PLUGIN_MAVEN_VERSION=3.9.11

# The plugin's own build is the question: its parent and its dependencies resolve, or they do not.
jenkins_artifacts_resolve() {
  [ -f src/plugin/pom.xml ] || return 1
  newer_maven || return 1
  mkdir -p target
  timeout 300 "$MAVEN" -B -ntp -q -f src/plugin/pom.xml help:evaluate -Dexpression=project.version \
    -DforceStdout >target/jenkins-artifacts.log 2>&1
}

# Sets MAVEN to one that is at least 3.9.6, fetched by its coordinates when the installed one is older.
newer_maven() {
  local installed
  installed=$(mvn -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p' | head -1)
  if [ "$(printf '%s\n3.9.6\n' "$installed" | sort -V | head -1)" = 3.9.6 ]; then
    MAVEN=mvn
    return 0
  fi
  local home=target/maven/apache-maven-$PLUGIN_MAVEN_VERSION
  if [ ! -x "$home/bin/mvn" ]; then
    mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
      -Dartifact=org.apache.maven:apache-maven:$PLUGIN_MAVEN_VERSION:zip:bin -DoutputDirectory=target/maven -N || return 1
    chmod +x "$home/bin/mvn"
  fi
  MAVEN=$PWD/$home/bin/mvn
}
