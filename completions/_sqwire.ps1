
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
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--ssh', '--ssh', [CompletionResultType]::ParameterName, 'Go through this machine with ssh')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write every statement with its time and outcome to FILE, without passwords')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'Write to FILE how far a script is, after each statement')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Wait so many seconds between two statements of a script')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host instead of the target''s')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port instead of the target''s')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port instead of the target''s')
            [CompletionResult]::new('-U', '-U ', [CompletionResultType]::ParameterName, 'User instead of the target''s')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User instead of the target''s')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'User instead of the target''s')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Database instead of the target''s')
            [CompletionResult]::new('--dbname', '--dbname', [CompletionResultType]::ParameterName, 'Database instead of the target''s')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'Database instead of the target''s')
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
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show statements, bytes, rate and the time left of a script on standard error')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on behind the last statement of the checkpoint')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'A sample shop in an in-memory SQLite database')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'The completer as JSON lines on standard input and output')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The saved connections')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'A configuration file with every key, commented out')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take over connections, favourites, settings and history of another client')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Allow what a project''s .sqwire.toml asks for, as it is now')
            [CompletionResult]::new('catalog', 'catalog', [CompletionResultType]::ParameterValue, 'The database''s metadata as JSON')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'A shell''s completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'The manual page')
            [CompletionResult]::new('pg', 'pg', [CompletionResultType]::ParameterValue, 'PostgreSQL with psql''s connection flags')
            [CompletionResult]::new('my', 'my', [CompletionResultType]::ParameterValue, 'MySQL or MariaDB with mysql''s connection flags')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
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
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--ssh', '--ssh', [CompletionResultType]::ParameterName, 'Go through this machine with ssh')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write every statement with its time and outcome to FILE, without passwords')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'Write to FILE how far a script is, after each statement')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Wait so many seconds between two statements of a script')
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
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show statements, bytes, rate and the time left of a script on standard error')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on behind the last statement of the checkpoint')
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
        'sqwire;list' {
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Only their names')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;config' {
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Write it to its place, where there is none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;import' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Its configuration file, where it is not at the usual place')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be taken over, and write nothing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;trust' {
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
            [CompletionResult]::new('--words', '--words', [CompletionResultType]::ParameterName, 'What the script asks: what can stand at the end of the words on standard input')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'sqwire;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
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
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Give up on connecting after this long')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disable, prefer, require, verify-ca, verify-full')
            [CompletionResult]::new('--ssh', '--ssh', [CompletionResultType]::ParameterName, 'Go through this machine with ssh')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write every statement with its time and outcome to FILE, without passwords')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'Write to FILE how far a script is, after each statement')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Wait so many seconds between two statements of a script')
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
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Write statements and their results to FILE too')
            [CompletionResult]::new('--query-log', '--query-log', [CompletionResultType]::ParameterName, 'Write statements and their results to FILE too')
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
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show statements, bytes, rate and the time left of a script on standard error')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on behind the last statement of the checkpoint')
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
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Show every line of a script as it is read')
            [CompletionResult]::new('--echo-all', '--echo-all', [CompletionResultType]::ParameterName, 'Show every line of a script as it is read')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Show statements that failed')
            [CompletionResult]::new('--echo-errors', '--echo-errors', [CompletionResultType]::ParameterName, 'Show statements that failed')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Show statements as they are sent')
            [CompletionResult]::new('--echo-queries', '--echo-queries', [CompletionResultType]::ParameterName, 'Show statements as they are sent')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Ask before each statement of a script')
            [CompletionResult]::new('--single-step', '--single-step', [CompletionResultType]::ParameterName, 'Ask before each statement of a script')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'The end of a line ends a statement')
            [CompletionResult]::new('--single-line', '--single-line', [CompletionResultType]::ParameterName, 'The end of a line ends a statement')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Accepted for scripts: there is no readline to turn off')
            [CompletionResult]::new('--no-readline', '--no-readline', [CompletionResultType]::ParameterName, 'Accepted for scripts: there is no readline to turn off')
            [CompletionResult]::new('-?', '-?', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
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
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Run SQL and leave')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Run SQL and leave')
            [CompletionResult]::new('--select-limit', '--select-limit', [CompletionResultType]::ParameterName, 'Rows of a SELECT with --safe-updates')
            [CompletionResult]::new('--max-join-size', '--max-join-size', [CompletionResultType]::ParameterName, 'Rows that a join may look at with --safe-updates')
            [CompletionResult]::new('--init-command', '--init-command', [CompletionResultType]::ParameterName, 'SQL to run after connecting')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'What ends a statement')
            [CompletionResult]::new('--prompt', '--prompt', [CompletionResultType]::ParameterName, 'The prompt, with mysql''s escapes and those of /set prompt')
            [CompletionResult]::new('--tee', '--tee', [CompletionResultType]::ParameterName, 'What is shown at the prompt goes to a file too')
            [CompletionResult]::new('--default-character-set', '--default-character-set', [CompletionResultType]::ParameterName, 'The character set of the connection')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Server''s socket')
            [CompletionResult]::new('--socket', '--socket', [CompletionResultType]::ParameterName, 'Server''s socket')
            [CompletionResult]::new('--protocol', '--protocol', [CompletionResultType]::ParameterName, 'How to reach the server: tcp or socket')
            [CompletionResult]::new('--defaults-file', '--defaults-file', [CompletionResultType]::ParameterName, 'Read only this option file')
            [CompletionResult]::new('--defaults-extra-file', '--defaults-extra-file', [CompletionResultType]::ParameterName, 'Read this option file after the system''s')
            [CompletionResult]::new('--defaults-group-suffix', '--defaults-group-suffix', [CompletionResultType]::ParameterName, 'Read also the groups whose names end so')
            [CompletionResult]::new('--login-path', '--login-path', [CompletionResultType]::ParameterName, 'Read this group of .mylogin.cnf')
            [CompletionResult]::new('--ssl-mode', '--ssl-mode', [CompletionResultType]::ParameterName, 'How to use TLS: disabled, preferred, required, verify_ca, verify_identity')
            [CompletionResult]::new('--ssl-ca', '--ssl-ca', [CompletionResultType]::ParameterName, 'Authorities that may vouch for the server')
            [CompletionResult]::new('--ssl-cert', '--ssl-cert', [CompletionResultType]::ParameterName, 'Client certificate')
            [CompletionResult]::new('--ssl-key', '--ssl-key', [CompletionResultType]::ParameterName, 'Key of the client certificate')
            [CompletionResult]::new('--server-public-key-path', '--server-public-key-path', [CompletionResultType]::ParameterName, 'The public key of a server without TLS')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Seconds until connecting is given up')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write results as FORMAT')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Run a script and leave; - is standard input')
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'Write to FILE how far a script is, after each statement')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Wait so many seconds between two statements of a script')
            [CompletionResult]::new('--pager', '--pager', [CompletionResultType]::ParameterName, 'pager')
            [CompletionResult]::new('--max-allowed-packet', '--max-allowed-packet', [CompletionResultType]::ParameterName, 'max-allowed-packet')
            [CompletionResult]::new('--net-buffer-length', '--net-buffer-length', [CompletionResultType]::ParameterName, 'net-buffer-length')
            [CompletionResult]::new('--quick-max-column-width', '--quick-max-column-width', [CompletionResultType]::ParameterName, 'quick-max-column-width')
            [CompletionResult]::new('--character-sets-dir', '--character-sets-dir', [CompletionResultType]::ParameterName, 'character-sets-dir')
            [CompletionResult]::new('--histignore', '--histignore', [CompletionResultType]::ParameterName, 'histignore')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'Not interactive: tab-separated output')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Not interactive: tab-separated output')
            [CompletionResult]::new('-N', '-N ', [CompletionResultType]::ParameterName, 'No header')
            [CompletionResult]::new('--skip-column-names', '--skip-column-names', [CompletionResultType]::ParameterName, 'No header')
            [CompletionResult]::new('--column-names', '--column-names', [CompletionResultType]::ParameterName, 'A header; the default')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Tables also in a pipe')
            [CompletionResult]::new('--table', '--table', [CompletionResultType]::ParameterName, 'Tables also in a pipe')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'One line a column')
            [CompletionResult]::new('--vertical', '--vertical', [CompletionResultType]::ParameterName, 'One line a column')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'HTML output')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'HTML output')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'XML output')
            [CompletionResult]::new('--xml', '--xml', [CompletionResultType]::ParameterName, 'XML output')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Tab-separated output without escapes')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Tab-separated output without escapes')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Less output; twice for no header')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Less output; twice for no header')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show statements; twice what they did; three times how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show statements; twice what they did; three times how long it took')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on after an error')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after an error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Rows are always streamed; an empty result shows its header')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Rows are always streamed; an empty result shows its header')
            [CompletionResult]::new('--show-warnings', '--show-warnings', [CompletionResultType]::ParameterName, 'Show warnings after each statement')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Errors do not tell their line')
            [CompletionResult]::new('--skip-line-numbers', '--skip-line-numbers', [CompletionResultType]::ParameterName, 'Errors do not tell their line')
            [CompletionResult]::new('--skip-print-query-on-error', '--skip-print-query-on-error', [CompletionResultType]::ParameterName, 'Errors do not show the statement')
            [CompletionResult]::new('--abort-source-on-error', '--abort-source-on-error', [CompletionResultType]::ParameterName, 'An error ends the script that source runs')
            [CompletionResult]::new('--column-type-info', '--column-type-info', [CompletionResultType]::ParameterName, 'Tables say first what the server knows of their columns')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Pass over what follows the USE of another database')
            [CompletionResult]::new('--one-database', '--one-database', [CompletionResultType]::ParameterName, 'Pass over what follows the USE of another database')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Send comments to the server')
            [CompletionResult]::new('--comments', '--comments', [CompletionResultType]::ParameterName, 'Send comments to the server')
            [CompletionResult]::new('--binary-mode', '--binary-mode', [CompletionResultType]::ParameterName, 'Leave line ends inside of values as they are')
            [CompletionResult]::new('--binary-as-hex', '--binary-as-hex', [CompletionResultType]::ParameterName, 'Binary values as hexadecimal digits; always so at the prompt')
            [CompletionResult]::new('-U', '-U ', [CompletionResultType]::ParameterName, 'Only changes that use a key, only so many rows')
            [CompletionResult]::new('--safe-updates', '--safe-updates', [CompletionResultType]::ParameterName, 'Only changes that use a key, only so many rows')
            [CompletionResult]::new('--i-am-a-dummy', '--i-am-a-dummy', [CompletionResultType]::ParameterName, 'Only changes that use a key, only so many rows')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Refuse commands that reach files and programs')
            [CompletionResult]::new('--auto-vertical-output', '--auto-vertical-output', [CompletionResultType]::ParameterName, 'Show results one line a column where they are too wide')
            [CompletionResult]::new('--no-defaults', '--no-defaults', [CompletionResultType]::ParameterName, 'Read no option file')
            [CompletionResult]::new('--no-login-paths', '--no-login-paths', [CompletionResultType]::ParameterName, 'Do not read .mylogin.cnf')
            [CompletionResult]::new('--ssl', '--ssl', [CompletionResultType]::ParameterName, 'The same as --ssl-mode required')
            [CompletionResult]::new('--skip-ssl', '--skip-ssl', [CompletionResultType]::ParameterName, 'The same as --ssl-mode disabled')
            [CompletionResult]::new('--ssl-verify-server-cert', '--ssl-verify-server-cert', [CompletionResultType]::ParameterName, 'The same as --ssl-mode verify_identity')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Compress what goes over the network')
            [CompletionResult]::new('--compress', '--compress', [CompletionResultType]::ParameterName, 'Compress what goes over the network')
            [CompletionResult]::new('--enable-cleartext-plugin', '--enable-cleartext-plugin', [CompletionResultType]::ParameterName, 'Allow a password in clear text, over TLS or a socket')
            [CompletionResult]::new('--get-server-public-key', '--get-server-public-key', [CompletionResultType]::ParameterName, 'Take the public key for the password from a server without TLS')
            [CompletionResult]::new('--print-defaults', '--print-defaults', [CompletionResultType]::ParameterName, 'Show what the option files say and leave')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Refuse statements that write')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Show statements, bytes, rate and the time left of a script on standard error')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on behind the last statement of the checkpoint')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'A')
            [CompletionResult]::new('--no-auto-rehash', '--no-auto-rehash', [CompletionResultType]::ParameterName, 'no-auto-rehash')
            [CompletionResult]::new('--auto-rehash', '--auto-rehash', [CompletionResultType]::ParameterName, 'auto-rehash')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'n')
            [CompletionResult]::new('--unbuffered', '--unbuffered', [CompletionResultType]::ParameterName, 'unbuffered')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'b')
            [CompletionResult]::new('--no-beep', '--no-beep', [CompletionResultType]::ParameterName, 'no-beep')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'G')
            [CompletionResult]::new('--named-commands', '--named-commands', [CompletionResultType]::ParameterName, 'named-commands')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'i')
            [CompletionResult]::new('--ignore-spaces', '--ignore-spaces', [CompletionResultType]::ParameterName, 'ignore-spaces')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'w')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'wait')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'T')
            [CompletionResult]::new('--debug-info', '--debug-info', [CompletionResultType]::ParameterName, 'debug-info')
            [CompletionResult]::new('--line-numbers', '--line-numbers', [CompletionResultType]::ParameterName, 'line-numbers')
            [CompletionResult]::new('--print-query-on-error', '--print-query-on-error', [CompletionResultType]::ParameterName, 'print-query-on-error')
            [CompletionResult]::new('--progress-reports', '--progress-reports', [CompletionResultType]::ParameterName, 'progress-reports')
            [CompletionResult]::new('--reconnect', '--reconnect', [CompletionResultType]::ParameterName, 'reconnect')
            [CompletionResult]::new('--secure-auth', '--secure-auth', [CompletionResultType]::ParameterName, 'secure-auth')
            [CompletionResult]::new('--connect-expired-password', '--connect-expired-password', [CompletionResultType]::ParameterName, 'connect-expired-password')
            [CompletionResult]::new('--local-infile', '--local-infile', [CompletionResultType]::ParameterName, 'The file that a statement names is sent, and no other, whatever is asked for here')
            [CompletionResult]::new('-?', '-?', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sqwire;help' {
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'A sample shop in an in-memory SQLite database')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'The completer as JSON lines on standard input and output')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The saved connections')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'A configuration file with every key, commented out')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take over connections, favourites, settings and history of another client')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Allow what a project''s .sqwire.toml asks for, as it is now')
            [CompletionResult]::new('catalog', 'catalog', [CompletionResultType]::ParameterValue, 'The database''s metadata as JSON')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'A shell''s completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'The manual page')
            [CompletionResult]::new('pg', 'pg', [CompletionResultType]::ParameterValue, 'PostgreSQL with psql''s connection flags')
            [CompletionResult]::new('my', 'my', [CompletionResultType]::ParameterValue, 'MySQL or MariaDB with mysql''s connection flags')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sqwire;help;demo' {
            break
        }
        'sqwire;help;complete' {
            break
        }
        'sqwire;help;list' {
            break
        }
        'sqwire;help;config' {
            break
        }
        'sqwire;help;import' {
            break
        }
        'sqwire;help;trust' {
            break
        }
        'sqwire;help;catalog' {
            break
        }
        'sqwire;help;completions' {
            break
        }
        'sqwire;help;man' {
            break
        }
        'sqwire;help;pg' {
            break
        }
        'sqwire;help;my' {
            break
        }
        'sqwire;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
