package io.jenkins.plugins.transparentdeploy.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class JUnitXmlTest {
    private static CheckResult result(String name, boolean passed, String detail, String received) {
        return new CheckResult(name, "http", passed, detail, "GET /", received, Duration.ofMillis(1234), 2);
    }

    private static Element written(String suite, CheckResult... results) throws Exception {
        SmokeTestReport report =
                SmokeTestReport.of(List.of(results), Instant.parse("2026-01-02T03:04:05Z"), Duration.ofMillis(2500));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JUnitXml.write(report, suite, out);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(out.toByteArray()))
                .getDocumentElement();
    }

    private static Element first(Element parent, String tag) {
        return (Element) parent.getElementsByTagName(tag).item(0);
    }

    @Test
    void isWhatServersRead() throws Exception {
        Element suite = written("shop.production", result("home", true, "", "ok"), result("cart", false, "503", "no"));
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("name")).isEqualTo("shop.production");
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("2.500");
        assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-01-02T03:04:05Z");
        Element home = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(home.getAttribute("classname")).isEqualTo("shop.production");
        assertThat(home.getAttribute("time")).isEqualTo("1.234");
        assertThat(home.getElementsByTagName("failure").getLength()).isZero();
        Element cart = (Element) suite.getElementsByTagName("testcase").item(1);
        assertThat(first(cart, "failure").getAttribute("message")).isEqualTo("503");
        assertThat(first(cart, "system-out").getTextContent()).isEqualTo("attempts: 2\nsent: GET /\nreceived: no");
    }

    @Test
    void holdsWhatXmlCannot() throws Exception {
        String hostile = "]]><failure/>&lt;\"' \u0000\u0008\u001b[31m\uffff\ud800x \ud83d\ude00\r\n\t";
        Element suite = written(hostile, result(hostile, false, hostile, hostile));
        String kept = "]]><failure/>&lt;\"' \\u0000\\u0008\\u001B[31m\\uFFFF\\uD800x \ud83d\ude00\\u000D\n\t";
        Element testCase = first(suite, "testcase");
        assertThat(first(testCase, "failure").getTextContent()).isEqualTo(kept);
        assertThat(first(testCase, "system-out").getTextContent()).endsWith("received: " + kept);
        assertThat(testCase.getElementsByTagName("failure").getLength()).isEqualTo(1);
    }

    @Property(tries = 300)
    void anyTextIsWellFormed(@ForAll String text) throws Exception {
        Element suite = written(text, result(text, false, text, text));
        assertThat(first(suite, "failure").getTextContent()).isEqualTo(JUnitXml.representable(text));
    }
}
