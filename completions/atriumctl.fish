# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_atriumctl_global_optspecs
    string join \n profile= config= state= scim-url= region= scim-token-file= api-url= api-key-file= output= color= v/verbose q/quiet no-input no-pager unmask h/help V/version
end

function __fish_atriumctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_atriumctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_atriumctl_using_subcommand
    set -l cmd (__fish_atriumctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c atriumctl -n "__fish_atriumctl_needs_command" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_needs_command" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -s V -l version -d 'Print version'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "sync" -d 'Make Command agree with Atrium'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "diff" -d 'Show what a sync would do, and change nothing'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "adopt" -d 'Take over users that were made in Command by hand'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "inspect" -d 'Show who manages the users and groups of Command, and how an id becomes a card'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "source" -d 'Look at Atrium alone: what is read from it, and what is wrong with its files'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "okta" -d 'Check and fetch Okta\'s SAML metadata'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "explain" -d 'Explain a reason code: what it means and what to do about it'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "sandbox" -d 'Learn and rehearse on a stand-in campus'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "completions" -d 'Write a shell\'s completion script to standard output'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "man" -d 'Write the man pages into a folder'
complete -c atriumctl -n "__fish_atriumctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l plan -d 'Apply a plan that `diff --save` saved, without asking: the review was the answer' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l plan-mismatch -d 'What to do if the saved plan is not what would be done now' -r -f -a "refuse\t'Show what moved, and write nothing'
apply-common\t'Do what is identical in both, with all that it needs, and hold the rest'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l max-age -d 'How old the saved plan may be, such as 90m, 24h or 7d' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l only -d 'Only this person; nothing is removed from anybody else. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l allow -d 'Let a guard\'s removals through for this run. May be repeated' -r -f -a "people\t''
memberships\t''
cards\t''
lost-cards\t''
every-card\t''
emptied-groups\t''
departments\t''
shrunken-source\t''"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l reopen -d 'Reactivate somebody whom Command\'s people closed, and switch on their cards. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l reprovision -d 'Make a new user for somebody with a new email address. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l verify -d 'Whose cards are read, besides those about whom something changed: changed (nobody\'s), sample or all. Without: as the profile says' -r -f -a "changed\t''
sample\t''
all\t''"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l rekey -d 'Let a person with a new campus id take over the user of the old one. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -s y -l yes -d 'Do it without asking. Guards hold all the same'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l dry-run -d 'Show the plan and change nothing, as `diff` does'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l revoke-only -d 'Only what takes access away'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l claim-cards -d 'Take away cards of unknown owner that Atrium does not have'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l strict -d 'End with 5 also if somebody with a remedy was left alone'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l stats -d 'Show the requests that were sent, by endpoint'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l save -d 'Save the plan in a file, to be reviewed and then applied with `sync --plan`' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l only -d 'Only this person; nothing is removed from anybody else. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l allow -d 'Let a guard\'s removals through for this run. May be repeated' -r -f -a "people\t''
memberships\t''
cards\t''
lost-cards\t''
every-card\t''
emptied-groups\t''
departments\t''
shrunken-source\t''"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l reopen -d 'Reactivate somebody whom Command\'s people closed, and switch on their cards. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l reprovision -d 'Make a new user for somebody with a new email address. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l verify -d 'Whose cards are read, besides those about whom something changed: changed (nobody\'s), sample or all. Without: as the profile says' -r -f -a "changed\t''
sample\t''
all\t''"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l rekey -d 'Let a person with a new campus id take over the user of the old one. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l exit-code -d 'End with 3 if a sync would change anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l revoke-only -d 'Only what takes access away'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l claim-cards -d 'Take away cards of unknown owner that Atrium does not have'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l stats -d 'Show the requests that were sent, by endpoint'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -f -a "plan" -d 'Write the proposals into a file, and change nothing'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -f -a "apply" -d 'Link the rows of a file that say `link`'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and not __fish_seen_subcommand_from plan apply help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do it without asking'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l dry-run -d 'Show what would be linked and change nothing'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from help" -f -a "plan" -d 'Write the proposals into a file, and change nothing'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Link the rows of a file that say `link`'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand adopt; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -f -a "users" -d 'Users: by whom they are managed, and whether they are active'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -f -a "groups" -d 'Groups: by whom they are managed, and how many members they have'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -f -a "card" -d 'An id of Atrium: each step on its way to a card, as the profile maps its type'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and not __fish_seen_subcommand_from users groups card help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from users" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from groups" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l id-type -d 'The id\'s type, as the export has it' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from card" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "users" -d 'Users: by whom they are managed, and whether they are active'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "groups" -d 'Groups: by whom they are managed, and how many members they have'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "card" -d 'An id of Atrium: each step on its way to a card, as the profile maps its type'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -f -a "check" -d 'Name everything that is wrong with export files, all at once'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -f -a "test" -d 'Read Atrium, and show what is made of its records'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and not __fish_seen_subcommand_from check test help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l report -d 'Write every finding into this file as CSV, for its owner alone' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "check" -d 'Name everything that is wrong with export files, all at once'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "test" -d 'Read Atrium, and show what is made of its records'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -f -a "metadata" -d 'The SAML metadata that lets people sign in to Command through Okta'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and not __fish_seen_subcommand_from metadata help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -f -a "check" -d 'Say what a metadata file holds, and name everything that is wrong with it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -f -a "fetch" -d 'Save the metadata of an address, after checking it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from metadata" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from help" -f -a "metadata" -d 'The SAML metadata that lets people sign in to Command through Okta'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand okta; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -f -a "serve" -d 'Serve it until Ctrl-C, for this tool or any other SCIM client'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -f -a "evolve" -d 'Live a day: joiners, leavers, a married name, a lost card, a new building'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -f -a "reset" -d 'Throw it away and make a new one; its ledger goes with it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -f -a "status" -d 'Tell what is in it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve evolve reset status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l people -d 'How many people a new campus has' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l seed -d 'The seed of a new campus: the same seed gives the same campus' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l personality -d 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l faults -d 'What goes wrong, with its rate: 429, 500, 503, cut-before, cut-after, html, truncated, latency, duplicate-page, shrinking-page, token-dies' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l minute -d 'How long a minute lasts for REST\'s limit (300 requests) and tokens (30 minutes), such as 60s or 500ms' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l hand-made -d 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l event -d 'Only this event, in place of an ordinary day\'s. May be repeated' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l lost-card -d 'Somebody loses a card: the same as --event lost-card'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from evolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l people -d 'How many people a new campus has' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l seed -d 'The seed of a new campus: the same seed gives the same campus' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l personality -d 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l hand-made -d 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "serve" -d 'Serve it until Ctrl-C, for this tool or any other SCIM client'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "evolve" -d 'Live a day: joiners, leavers, a married name, a lost card, a new building'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Throw it away and make a new one; its ledger goes with it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "status" -d 'Tell what is in it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l profile -d 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l config -d 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user\'s configuration folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l state -d 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user\'s state folder]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l scim-url -d 'The SCIM address, in place of the profile\'s [environment: ATRIUMCTL_SCIM_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l region -d 'The organization\'s region, us, eu or au, in place of the profile\'s [environment: ATRIUMCTL_REGION]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l scim-token-file -d 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l api-url -d 'The address of the REST API, in place of the region\'s [environment: ATRIUMCTL_API_URL]' -r
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l api-key-file -d 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]' -r -F
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l output -d 'The form of the answer' -r -f -a "table\t'Tables and sentences, for people'
json\t'One JSON document, for programs'
jsonl\t'A JSON document a line: the events of a run as they happen, the rows of a list'
csv\t'Comma-separated values; a cell that a spreadsheet would calculate gets a \' in front'
markdown\t'A summary for a CI job\'s page: of changes the first 500, of what has one reason the first 50, and how many there are besides'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l color -d 'When to use colours; NO_COLOR is heeded' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -s v -l verbose -d 'Show everything, and say what is going on; twice: also the settings, with their origin'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -s q -l quiet -d 'Neither progress nor status; warnings and errors stay'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l no-input -d 'Never ask anything'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l no-pager -d 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -l unmask -d 'Show card numbers whole, instead of their last digits'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "sync" -d 'Make Command agree with Atrium'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "diff" -d 'Show what a sync would do, and change nothing'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "adopt" -d 'Take over users that were made in Command by hand'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "inspect" -d 'Show who manages the users and groups of Command, and how an id becomes a card'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "source" -d 'Look at Atrium alone: what is read from it, and what is wrong with its files'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "okta" -d 'Check and fetch Okta\'s SAML metadata'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "explain" -d 'Explain a reason code: what it means and what to do about it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "sandbox" -d 'Learn and rehearse on a stand-in campus'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "completions" -d 'Write a shell\'s completion script to standard output'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "man" -d 'Write the man pages into a folder'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and not __fish_seen_subcommand_from sync diff adopt inspect source okta explain sandbox completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from adopt" -f -a "plan" -d 'Write the proposals into a file, and change nothing'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from adopt" -f -a "apply" -d 'Link the rows of a file that say `link`'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "users" -d 'Users: by whom they are managed, and whether they are active'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "groups" -d 'Groups: by whom they are managed, and how many members they have'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "card" -d 'An id of Atrium: each step on its way to a card, as the profile maps its type'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "check" -d 'Name everything that is wrong with export files, all at once'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "test" -d 'Read Atrium, and show what is made of its records'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from okta" -f -a "metadata" -d 'The SAML metadata that lets people sign in to Command through Okta'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "serve" -d 'Serve it until Ctrl-C, for this tool or any other SCIM client'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "evolve" -d 'Live a day: joiners, leavers, a married name, a lost card, a new building'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "reset" -d 'Throw it away and make a new one; its ledger goes with it'
complete -c atriumctl -n "__fish_atriumctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "status" -d 'Tell what is in it'
