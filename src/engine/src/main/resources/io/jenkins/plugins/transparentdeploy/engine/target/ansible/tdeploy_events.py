# What happened on each host, for Transparent Deploy: one JSON object a line, into the file that TDEPLOY_EVENTS names.
# Values of tasks are not written, for they may be secret; messages of tasks with no_log neither. Only a capture's own
# playbook, which is run with TDEPLOY_FACTS, has tasks whose output is asked for; their names say so.
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = '''
    name: tdeploy_events
    type: notification
    short_description: Writes what became of each task on each host to a file
    description:
      - One JSON object a line.
    requirements: []
'''

import json
import os

from ansible.plugins.callback import CallbackBase

# Longer than what is kept, so that what is cut here is not half of a secret that would have been found.
LONGEST = 20000
FACT = 'tdeploy fact '


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'tdeploy_events'
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super(CallbackModule, self).__init__()
        path = os.environ.get('TDEPLOY_EVENTS')
        self._file = open(path, 'a') if path else None
        self._asks = os.environ.get('TDEPLOY_FACTS') == 'yes'

    def _write(self, event):
        if self._file:
            self._file.write(json.dumps(event) + '\n')
            self._file.flush()

    def _task(self, result, status):
        value = result._result
        hidden = value.get('_ansible_no_log', False) or result._task.no_log
        event = {'kind': 'task', 'host': result._host.get_name(), 'task': result._task.get_name(), 'status': status}
        if hidden:
            event['message'] = 'hidden by no_log'
        elif status in ('failed', 'unreachable'):
            said = [value.get(key) for key in ('msg', 'module_stderr', 'stderr', 'stdout')]
            said += [item.get('msg') for item in value.get('results', []) if isinstance(item, dict) and item.get('failed')]
            event['message'] = ': '.join(str(text).strip() for text in said if text)[:LONGEST]
        elif status == 'changed':
            event['paths'] = self._paths(value)
        self._write(event)

    def _paths(self, value):
        paths = []
        for one in [value] + [item for item in value.get('results', []) if isinstance(item, dict)]:
            if one.get('_ansible_no_log'):
                continue
            found = [one.get('path'), one.get('dest')]
            # A trial run says only here which file it is about.
            diffs = one.get('diff', [])
            for diff in diffs if isinstance(diffs, list) else [diffs]:
                if isinstance(diff, dict):
                    found.append(diff.get('before_header'))
            paths += [path for path in found if isinstance(path, str) and path.startswith('/') and path not in paths][:1]
        return paths[:20]

    def v2_runner_on_ok(self, result):
        name = result._task.get_name()
        if self._asks and name.startswith(FACT):
            self._write({'kind': 'fact', 'host': result._host.get_name(), 'name': name[len(FACT):],
                         'value': str(result._result.get('stdout', ''))[:LONGEST]})
        self._task(result, 'changed' if result._result.get('changed', False) else 'ok')

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._task(result, 'ignored' if ignore_errors else 'failed')

    def v2_runner_on_unreachable(self, result):
        self._task(result, 'unreachable')

    def v2_playbook_on_stats(self, stats):
        self._write({'kind': 'stats',
                     'hosts': dict((host, stats.summarize(host)) for host in sorted(stats.processed.keys()))})
