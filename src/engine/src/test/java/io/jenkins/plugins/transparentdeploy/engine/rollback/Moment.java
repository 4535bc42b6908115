package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import java.util.HashMap;
import java.util.Map;

/** Does something once, right after one record of a journal: {@code 7}, or {@code done StartInstance 2}. */
final class Moment implements JournalObserver {
    private final String kind;
    private final int number;
    private final Runnable act;
    private final Map<Long, String> intended = new HashMap<>();
    private int seen;

    private Moment(String kind, int number, Runnable act) {
        this.kind = kind;
        this.number = number;
        this.act = act;
    }

    /**
     * One moment.
     *
     * @param text the number of a record, counted from 1; behind {@code intent} or {@code done} and the class of an
     *     operation, only such records count
     */
    static Moment of(String text, Runnable act) {
        int before = text.lastIndexOf(' ');
        return new Moment(text.substring(0, Math.max(0, before)), Integer.parseInt(text.substring(before + 1)), act);
    }

    @Override
    public void recorded(JournalRecord record) {
        if ((kind.isEmpty() || kind.equals(kindOf(record))) && ++seen == number) {
            act.run();
        }
    }

    private String kindOf(JournalRecord record) {
        if (record instanceof JournalRecord.Intent intent) {
            intended.put(intent.seq(), intent.operation().getClass().getSimpleName());
            return "intent " + intended.get(intent.seq());
        }
        return record instanceof JournalRecord.Done done ? "done " + intended.get(done.intent()) : "";
    }
}
