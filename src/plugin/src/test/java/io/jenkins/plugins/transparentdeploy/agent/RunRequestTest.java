package io.jenkins.plugins.transparentdeploy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRequestTest {
    @Test
    void aNumberThatIsMeantAsATextKeepsItsLastZero() throws Exception {
        RunRequest request = new RunRequest("deploy", "", null)
                .with("overrides", Map.of("json", Map.of("/version", new BigDecimal("1.10"))))
                .with(
                        "definition",
                        RunResult.parse("{\"release\": {\"resolvedServiceFile\": {\"VERSION\": 2.0}}}")
                                .release()
                                .orElseThrow()
                                .path("resolvedServiceFile"))
                .with("service", "shop");
        assertThat(request.toString()).contains("{\"/version\":1.10}", "{\"VERSION\":2.0}");
    }
}
