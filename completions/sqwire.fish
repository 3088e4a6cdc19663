# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sqwire_global_optspecs
    string join \n c/command= f/file= o/output= format= A/no-align t/tuples-only x/expanded csv json P/pset= q/quiet X/no-config v/variable= 1/single-transaction on-error= read-only timeout= connect-timeout= ssl-mode= ssh= log-file= no-history color= no-color progress checkpoint= resume throttle= host= p/port= U/user= d/dbname= h/help V/version
end

function __fish_sqwire_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sqwire_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sqwire_using_subcommand
    set -l cmd (__fish_sqwire_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sqwire -n "__fish_sqwire_needs_command" -s c -l command -d 'Run SQL or a backslash command and leave; may repeat' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s f -l file -d 'Run a script and leave; - is standard input' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s o -l output -d 'Results to a file, or to a program: \'|COMMAND\'' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l format -d 'Write results as FORMAT' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s P -l pset -d 'Change an output setting, as \\pset does' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s v -l variable -l set -d 'Set a variable' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l on-error -d 'What an error does to a script' -r -f -a "stop\t''
continue\t''"
complete -c sqwire -n "__fish_sqwire_needs_command" -l timeout -d 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l connect-timeout -d 'Give up on connecting after this long' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l ssl-mode -d 'How to use TLS: disable, prefer, require, verify-ca, verify-full' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l ssh -d 'Go through this machine with ssh' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l log-file -d 'Write every statement with its time and outcome to FILE, without passwords' -r -F
complete -c sqwire -n "__fish_sqwire_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c sqwire -n "__fish_sqwire_needs_command" -l checkpoint -d 'Write to FILE how far a script is, after each statement' -r -F
complete -c sqwire -n "__fish_sqwire_needs_command" -l throttle -d 'Wait so many seconds between two statements of a script' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -l host -d 'Host instead of the target\'s' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s p -l port -d 'Port instead of the target\'s' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s U -l user -l username -d 'User instead of the target\'s' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s d -l dbname -l database -d 'Database instead of the target\'s' -r
complete -c sqwire -n "__fish_sqwire_needs_command" -s A -l no-align -d 'Unaligned output'
complete -c sqwire -n "__fish_sqwire_needs_command" -s t -l tuples-only -d 'Rows only: no header, no footer'
complete -c sqwire -n "__fish_sqwire_needs_command" -s x -l expanded -d 'One line a column instead of one line a row'
complete -c sqwire -n "__fish_sqwire_needs_command" -l csv -d 'CSV output'
complete -c sqwire -n "__fish_sqwire_needs_command" -l json -d 'JSON output'
complete -c sqwire -n "__fish_sqwire_needs_command" -s q -l quiet -d 'No banner, no command tags'
complete -c sqwire -n "__fish_sqwire_needs_command" -s X -l no-config -l no-psqlrc -d 'Read no configuration'
complete -c sqwire -n "__fish_sqwire_needs_command" -s 1 -l single-transaction -d 'Everything in one transaction'
complete -c sqwire -n "__fish_sqwire_needs_command" -l read-only -d 'Refuse statements that write'
complete -c sqwire -n "__fish_sqwire_needs_command" -l no-history -d 'Keep nothing in the history'
complete -c sqwire -n "__fish_sqwire_needs_command" -l no-color -d 'The same as --color never'
complete -c sqwire -n "__fish_sqwire_needs_command" -l progress -d 'Show statements, bytes, rate and the time left of a script on standard error'
complete -c sqwire -n "__fish_sqwire_needs_command" -l resume -d 'Go on behind the last statement of the checkpoint'
complete -c sqwire -n "__fish_sqwire_needs_command" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_needs_command" -s V -l version -d 'Print version'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "demo" -d 'A sample shop in an in-memory SQLite database'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "complete" -d 'The completer as JSON lines on standard input and output'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "list" -d 'The saved connections'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "config" -d 'A configuration file with every key, commented out'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "import" -d 'Take over connections, favourites, settings and history of another client'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "trust" -d 'Allow what a project\'s .sqwire.toml asks for, as it is now'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "catalog" -d 'The database\'s metadata as JSON'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "completions" -d 'A shell\'s completion script'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "man" -d 'The manual page'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "pg" -d 'PostgreSQL with psql\'s connection flags'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "my" -d 'MySQL or MariaDB with mysql\'s connection flags'
complete -c sqwire -n "__fish_sqwire_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s c -l command -d 'Run SQL or a backslash command and leave; may repeat' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s f -l file -d 'Run a script and leave; - is standard input' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s o -l output -d 'Results to a file, or to a program: \'|COMMAND\'' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l format -d 'Write results as FORMAT' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s P -l pset -d 'Change an output setting, as \\pset does' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s v -l variable -l set -d 'Set a variable' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l on-error -d 'What an error does to a script' -r -f -a "stop\t''
continue\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l timeout -d 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l connect-timeout -d 'Give up on connecting after this long' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l ssl-mode -d 'How to use TLS: disable, prefer, require, verify-ca, verify-full' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l ssh -d 'Go through this machine with ssh' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l log-file -d 'Write every statement with its time and outcome to FILE, without passwords' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l checkpoint -d 'Write to FILE how far a script is, after each statement' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l throttle -d 'Wait so many seconds between two statements of a script' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s A -l no-align -d 'Unaligned output'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s t -l tuples-only -d 'Rows only: no header, no footer'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s x -l expanded -d 'One line a column instead of one line a row'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l csv -d 'CSV output'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l json -d 'JSON output'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s q -l quiet -d 'No banner, no command tags'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s X -l no-config -l no-psqlrc -d 'Read no configuration'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s 1 -l single-transaction -d 'Everything in one transaction'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l read-only -d 'Refuse statements that write'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l no-history -d 'Keep nothing in the history'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l no-color -d 'The same as --color never'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l progress -d 'Show statements, bytes, rate and the time left of a script on standard error'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -l resume -d 'Go on behind the last statement of the checkpoint'
complete -c sqwire -n "__fish_sqwire_using_subcommand demo" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand complete" -l catalog -d 'The catalog, as `sqwire catalog` prints it' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand complete" -l dialect -d 'Read the text as this dialect\'s' -r -f -a "postgres\t''
mysql\t''
sqlite\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand complete" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand list" -l names -d 'Only their names'
complete -c sqwire -n "__fish_sqwire_using_subcommand list" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand config" -l write -d 'Write it to its place, where there is none'
complete -c sqwire -n "__fish_sqwire_using_subcommand config" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand import" -l from -d 'Its configuration file, where it is not at the usual place' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand import" -l dry-run -d 'Say what would be taken over, and write nothing'
complete -c sqwire -n "__fish_sqwire_using_subcommand import" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand trust" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand catalog" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand completions" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand man" -s h -l help -d 'Print help'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s c -l command -d 'Run SQL or a backslash command and leave; may repeat' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s f -l file -d 'Run a script and leave; - is standard input' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s o -l output -d 'Results to a file, or to a program: \'|COMMAND\'' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l format -d 'Write results as FORMAT' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s P -l pset -d 'Change an output setting, as \\pset does' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s v -l variable -l set -d 'Set a variable' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l on-error -d 'What an error does to a script' -r -f -a "stop\t''
continue\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l timeout -d 'Give up on a statement after this long: 500ms, 30s, 5m; 0 for never' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l connect-timeout -d 'Give up on connecting after this long' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l ssl-mode -d 'How to use TLS: disable, prefer, require, verify-ca, verify-full' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l ssh -d 'Go through this machine with ssh' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l log-file -d 'Write every statement with its time and outcome to FILE, without passwords' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l checkpoint -d 'Write to FILE how far a script is, after each statement' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l throttle -d 'Wait so many seconds between two statements of a script' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s h -l host -d 'Server\'s name, or the folder of its socket' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s p -l port -d 'Server\'s port' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s U -l username -d 'User name' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s d -l dbname -d 'Database, connection string or URL' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s F -l field-separator -d 'Between the values of unaligned output' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s R -l record-separator -d 'Between the rows of unaligned output' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s T -l table-attr -d 'Attributes of HTML tables' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s L -l query-log -d 'Write statements and their results to FILE too' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s A -l no-align -d 'Unaligned output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s t -l tuples-only -d 'Rows only: no header, no footer'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s x -l expanded -d 'One line a column instead of one line a row'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l csv -d 'CSV output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l json -d 'JSON output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s q -l quiet -d 'No banner, no command tags'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s X -l no-config -l no-psqlrc -d 'Read no configuration'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s 1 -l single-transaction -d 'Everything in one transaction'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l read-only -d 'Refuse statements that write'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l no-history -d 'Keep nothing in the history'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l no-color -d 'The same as --color never'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l progress -d 'Show statements, bytes, rate and the time left of a script on standard error'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -l resume -d 'Go on behind the last statement of the checkpoint'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s W -l password -d 'Ask for the password before connecting'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s w -l no-password -d 'Never ask for a password'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s E -l echo-hidden -d 'Show the queries behind \\d commands'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s z -l field-separator-zero -d 'NUL between the values of unaligned output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s 0 -l record-separator-zero -d 'NUL between the rows of unaligned output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s H -l html -d 'HTML output'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s l -l list -d 'List the databases and leave'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s a -l echo-all -d 'Show every line of a script as it is read'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s b -l echo-errors -d 'Show statements that failed'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s e -l echo-queries -d 'Show statements as they are sent'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s s -l single-step -d 'Ask before each statement of a script'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s S -l single-line -d 'The end of a line ends a statement'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s n -l no-readline -d 'Accepted for scripts: there is no readline to turn off'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s ? -l help -d 'Show this help'
complete -c sqwire -n "__fish_sqwire_using_subcommand pg" -s V -l version -d 'Print version'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s h -l host -d 'Server\'s name' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s P -l port -d 'Server\'s port' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s u -l user -d 'User name' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s p -l password -d 'Password; without a value it is asked for' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s D -l database -d 'Database' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s e -l execute -d 'Run SQL and leave' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l select-limit -d 'Rows of a SELECT with --safe-updates' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l max-join-size -d 'Rows that a join may look at with --safe-updates' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l init-command -d 'SQL to run after connecting' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l delimiter -d 'What ends a statement' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l prompt -d 'The prompt, with mysql\'s escapes and those of /set prompt' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l tee -d 'What is shown at the prompt goes to a file too' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l default-character-set -d 'The character set of the connection' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s S -l socket -d 'Server\'s socket' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l protocol -d 'How to reach the server: tcp or socket' -r -f -a "tcp\t''
TCP\t''
socket\t''
SOCKET\t''"
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l defaults-file -d 'Read only this option file' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l defaults-extra-file -d 'Read this option file after the system\'s' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l defaults-group-suffix -d 'Read also the groups whose names end so' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l login-path -d 'Read this group of .mylogin.cnf' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl-mode -d 'How to use TLS: disabled, preferred, required, verify_ca, verify_identity' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl-ca -d 'Authorities that may vouch for the server' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl-cert -d 'Client certificate' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl-key -d 'Key of the client certificate' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l server-public-key-path -d 'The public key of a server without TLS' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l connect-timeout -d 'Seconds until connecting is given up' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l format -d 'Write results as FORMAT' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l file -d 'Run a script and leave; - is standard input' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l checkpoint -d 'Write to FILE how far a script is, after each statement' -r -F
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l throttle -d 'Wait so many seconds between two statements of a script' -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l pager -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l max-allowed-packet -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l net-buffer-length -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l quick-max-column-width -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l character-sets-dir -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l histignore -r
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s B -l batch -d 'Not interactive: tab-separated output'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s N -l skip-column-names -d 'No header'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l column-names -d 'A header; the default'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s t -l table -d 'Tables also in a pipe'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s E -l vertical -d 'One line a column'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s H -l html -d 'HTML output'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s X -l xml -d 'XML output'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s r -l raw -d 'Tab-separated output without escapes'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s s -l silent -d 'Less output; twice for no header'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s v -l verbose -d 'Show statements; twice what they did; three times how long it took'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s f -l force -d 'Go on after an error'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s q -l quick -d 'Rows are always streamed; an empty result shows its header'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l show-warnings -d 'Show warnings after each statement'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s L -l skip-line-numbers -d 'Errors do not tell their line'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l skip-print-query-on-error -d 'Errors do not show the statement'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l abort-source-on-error -d 'An error ends the script that source runs'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l column-type-info -d 'Tables say first what the server knows of their columns'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s o -l one-database -d 'Pass over what follows the USE of another database'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s c -l comments -d 'Send comments to the server'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l binary-mode -d 'Leave line ends inside of values as they are'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l binary-as-hex -d 'Binary values as hexadecimal digits; always so at the prompt'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s U -l safe-updates -l i-am-a-dummy -d 'Only changes that use a key, only so many rows'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l sandbox -d 'Refuse commands that reach files and programs'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l auto-vertical-output -d 'Show results one line a column where they are too wide'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l no-defaults -d 'Read no option file'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l no-login-paths -d 'Do not read .mylogin.cnf'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl -d 'The same as --ssl-mode required'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l skip-ssl -d 'The same as --ssl-mode disabled'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l ssl-verify-server-cert -d 'The same as --ssl-mode verify_identity'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s C -l compress -d 'Compress what goes over the network'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l enable-cleartext-plugin -d 'Allow a password in clear text, over TLS or a socket'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l get-server-public-key -d 'Take the public key for the password from a server without TLS'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l print-defaults -d 'Show what the option files say and leave'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l read-only -d 'Refuse statements that write'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l progress -d 'Show statements, bytes, rate and the time left of a script on standard error'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l resume -d 'Go on behind the last statement of the checkpoint'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s A -l no-auto-rehash
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l auto-rehash
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s n -l unbuffered
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s b -l no-beep
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s G -l named-commands
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s i -l ignore-spaces
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s w -l wait
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s T -l debug-info
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l line-numbers
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l print-query-on-error
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l progress-reports
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l reconnect
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l secure-auth
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l connect-expired-password
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -l local-infile -d 'The file that a statement names is sent, and no other, whatever is asked for here'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s ? -l help -d 'Show this help'
complete -c sqwire -n "__fish_sqwire_using_subcommand my" -s V -l version -d 'Print version'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "demo" -d 'A sample shop in an in-memory SQLite database'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "complete" -d 'The completer as JSON lines on standard input and output'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "list" -d 'The saved connections'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "config" -d 'A configuration file with every key, commented out'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "import" -d 'Take over connections, favourites, settings and history of another client'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "trust" -d 'Allow what a project\'s .sqwire.toml asks for, as it is now'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "catalog" -d 'The database\'s metadata as JSON'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "completions" -d 'A shell\'s completion script'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "man" -d 'The manual page'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "pg" -d 'PostgreSQL with psql\'s connection flags'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "my" -d 'MySQL or MariaDB with mysql\'s connection flags'
complete -c sqwire -n "__fish_sqwire_using_subcommand help; and not __fish_seen_subcommand_from demo complete list config import trust catalog completions man pg my help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sqwire -n __fish_use_subcommand -a '(sqwire list --names 2>/dev/null)' -d 'saved connection'
