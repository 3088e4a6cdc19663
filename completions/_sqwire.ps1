
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'sqwire' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'sqwire'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'sqwire' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('--command', '--command', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write results as FORMAT')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('--pset', '--pset', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--variable', '--variable', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What an error does to a script')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('--no-align', '--no-align', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('--tuples-only', '--tuples-only', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--expanded', '--expanded', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'CSV output')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'JSON output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-psqlrc', '--no-psqlrc', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--single-transaction', '--single-transaction', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Refuse statements that write')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Keep nothing in the history')
            [CompletionResult]::new('--no-color', '--no-color', [CompletionResultType]::ParameterName, 'The same as --color never')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('pg', 'pg', [CompletionResultType]::ParameterValue, 'PostgreSQL with psql''s connection flags')
            [CompletionResult]::new('my', 'my', [CompletionResultType]::ParameterValue, 'MySQL or MariaDB with mysql''s connection flags')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'A sample shop in an in-memory SQLite database')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'The completer as JSON lines on standard input and output')
            [CompletionResult]::new('catalog', 'catalog', [CompletionResultType]::ParameterValue, 'The database''s metadata as JSON')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'A shell''s completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'The manual page')
            break
        }
        'sqwire;pg' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('--command', '--command', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write results as FORMAT')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('--pset', '--pset', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--variable', '--variable', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What an error does to a script')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Server''s name, or the folder of its socket')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Server''s name, or the folder of its socket')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Server''s port')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Server''s port')
            [CompletionResult]::new('-U', '-U ', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Database, connection string or URL')
            [CompletionResult]::new('--dbname', '--dbname', [CompletionResultType]::ParameterName, 'Database, connection string or URL')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Between the values of unaligned output')
            [CompletionResult]::new('--field-separator', '--field-separator', [CompletionResultType]::ParameterName, 'Between the values of unaligned output')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Between the rows of unaligned output')
            [CompletionResult]::new('--record-separator', '--record-separator', [CompletionResultType]::ParameterName, 'Between the rows of unaligned output')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Attributes of HTML tables')
            [CompletionResult]::new('--table-attr', '--table-attr', [CompletionResultType]::ParameterName, 'Attributes of HTML tables')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('--no-align', '--no-align', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('--tuples-only', '--tuples-only', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--expanded', '--expanded', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'CSV output')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'JSON output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-psqlrc', '--no-psqlrc', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--single-transaction', '--single-transaction', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Refuse statements that write')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Keep nothing in the history')
            [CompletionResult]::new('--no-color', '--no-color', [CompletionResultType]::ParameterName, 'The same as --color never')
            [CompletionResult]::new('-W', '-W ', [CompletionResultType]::ParameterName, 'Ask for the password before connecting')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Ask for the password before connecting')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Never ask for a password')
            [CompletionResult]::new('--no-password', '--no-password', [CompletionResultType]::ParameterName, 'Never ask for a password')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'Show the queries behind \d commands')
            [CompletionResult]::new('--echo-hidden', '--echo-hidden', [CompletionResultType]::ParameterName, 'Show the queries behind \d commands')
            [CompletionResult]::new('-z', '-z', [CompletionResultType]::ParameterName, 'NUL between the values of unaligned output')
            [CompletionResult]::new('--field-separator-zero', '--field-separator-zero', [CompletionResultType]::ParameterName, 'NUL between the values of unaligned output')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'NUL between the rows of unaligned output')
            [CompletionResult]::new('--record-separator-zero', '--record-separator-zero', [CompletionResultType]::ParameterName, 'NUL between the rows of unaligned output')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'HTML output')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'HTML output')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'List the databases and leave')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the databases and leave')
            [CompletionResult]::new('-?', '-?', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            break
        }
        'sqwire;my' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Server''s name')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Server''s name')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Server''s port')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Server''s port')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Password; without a value it is asked for')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Password; without a value it is asked for')
            [CompletionResult]::new('-D', '-D ', [CompletionResultType]::ParameterName, 'Database')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'Database')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Server''s socket')
            [CompletionResult]::new('--socket', '--socket', [CompletionResultType]::ParameterName, 'Server''s socket')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Run SQL and leave')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Run SQL and leave')
            [CompletionResult]::new('--init-command', '--init-command', [CompletionResultType]::ParameterName, 'SQL to run after connecting')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'What ends a statement')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disabled, preferred, required, verify_ca, verify_identity')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Seconds until connecting is given up')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write results as FORMAT')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'Tab-separated output')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Tab-separated output')
            [CompletionResult]::new('-N', '-N ', [CompletionResultType]::ParameterName, 'No header')
            [CompletionResult]::new('--skip-column-names', '--skip-column-names', [CompletionResultType]::ParameterName, 'No header')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Tables also in a pipe')
            [CompletionResult]::new('--table', '--table', [CompletionResultType]::ParameterName, 'Tables also in a pipe')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'One line a column')
            [CompletionResult]::new('--vertical', '--vertical', [CompletionResultType]::ParameterName, 'One line a column')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Less output')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Less output')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on after an error')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after an error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Rows are always streamed; accepted for scripts')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Rows are always streamed; accepted for scripts')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Refuse statements that write')
            [CompletionResult]::new('-?', '-?', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            break
        }
        'sqwire;demo' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('--command', '--command', [CompletionResultType]::ParameterName, 'Run SQL or a backslash command and leave; may repeat')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Results to a file, or to a program: ''|COMMAND''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write results as FORMAT')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('--pset', '--pset', [CompletionResultType]::ParameterName, 'Change an output setting, as \pset does')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--variable', '--variable', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a variable')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What an error does to a script')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('--no-align', '--no-align', [CompletionResultType]::ParameterName, 'Unaligned output')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('--tuples-only', '--tuples-only', [CompletionResultType]::ParameterName, 'Rows only: no header, no footer')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--expanded', '--expanded', [CompletionResultType]::ParameterName, 'One line a column instead of one line a row')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'CSV output')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'JSON output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No banner, no command tags')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('--no-psqlrc', '--no-psqlrc', [CompletionResultType]::ParameterName, 'Read no configuration')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--single-transaction', '--single-transaction', [CompletionResultType]::ParameterName, 'Everything in one transaction')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Refuse statements that write')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Keep nothing in the history')
            [CompletionResult]::new('--no-color', '--no-color', [CompletionResultType]::ParameterName, 'The same as --color never')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;complete' {
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'The catalog, as `sqwire catalog` prints it')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the text as this dialect''s')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;catalog' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
