package io.jenkins.plugins.transparentdeploy.engine.check;

import java.net.http.HttpHeaders;
import java.time.Duration;

/**
 * What came back.
 *
 * @param status its HTTP status
 * @param headers its headers
 * @param body its first {@link #BODY_LIMIT} bytes as text
 * @param truncated whether there was more of it
 * @param took until its last byte
 */
public record HttpAnswer(int status, HttpHeaders headers, String body, boolean truncated, Duration took) {
    /** What an expectation of the body is held against, in bytes. */
    public static final int BODY_LIMIT = 1024 * 1024;
}
