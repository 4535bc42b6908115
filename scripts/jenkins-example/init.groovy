import hudson.model.*
import hudson.security.*
import io.jenkins.plugins.transparentdeploy.RollbackPermission
import jenkins.model.*
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

// Two people and one job, for a Jenkins that only this machine can reach.
def jenkins = Jenkins.get()
def realm = new HudsonPrivateSecurityRealm(false)
['admin', 'rita'].each { realm.createAccount(it, it) }
User.getById('rita', true).fullName = 'Rita (release manager)'
jenkins.securityRealm = realm

def matrix = new GlobalMatrixAuthorizationStrategy()
def grant = { permission, user -> matrix.add(permission, org.jenkinsci.plugins.matrixauth.PermissionEntry.user(user)) }
grant(Jenkins.ADMINISTER, 'admin')
[Jenkins.READ, Item.READ, RollbackPermission.ROLLBACK].each { grant(it, 'rita') }
jenkins.authorizationStrategy = matrix

jenkins.labelString = 'production'
jenkins.numExecutors = 2
jenkins.systemMessage = 'An example: the job shop releases Apache Tomcat to a directory on this machine.'
jenkins.save()

def job = jenkins.createProject(WorkflowJob, 'shop')
job.description = 'Releases the shop to production: two instances of Apache Tomcat behind a load balancer.'
job.addProperty(new ParametersDefinitionProperty(new ChoiceParameterDefinition(
        'RELEASE',
        ['@older@', '@newer@', '@newer@-broken'] as String[],
        'Which build of the shop. The broken one opens its page and fails its orders.')))
job.definition = new CpsFlowDefinition(new File('@work@/checkout/Jenkinsfile').text, true)
job.save()
