
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'atriumctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'atriumctl'
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
        'atriumctl' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Make Command agree with Atrium')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a sync would do, and change nothing')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Take over users that were made in Command by hand')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show who manages the users and groups of Command, and how an id becomes a card')
            [CompletionResult]::new('source', 'source', [CompletionResultType]::ParameterValue, 'Look at Atrium alone: what is read from it, and what is wrong with its files')
            [CompletionResult]::new('okta', 'okta', [CompletionResultType]::ParameterValue, 'Check and fetch Okta''s SAML metadata')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a reason code: what it means and what to do about it')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Learn and rehearse on a stand-in campus')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a shell''s completion script to standard output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write the man pages into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;sync' {
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Apply a plan that `diff --save` saved, without asking: the review was the answer')
            [CompletionResult]::new('--plan-mismatch', '--plan-mismatch', [CompletionResultType]::ParameterName, 'What to do if the saved plan is not what would be done now')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'How old the saved plan may be, such as 90m, 24h or 7d')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this person; nothing is removed from anybody else. May be repeated')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let a guard''s removals through for this run. May be repeated')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Reactivate somebody whom Command''s people closed, and switch on their cards. May be repeated')
            [CompletionResult]::new('--reprovision', '--reprovision', [CompletionResultType]::ParameterName, 'Make a new user for somebody with a new email address. May be repeated')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Whose cards are read, besides those about whom something changed: changed (nobody''s), sample or all. Without: as the profile says')
            [CompletionResult]::new('--rekey', '--rekey', [CompletionResultType]::ParameterName, 'Let a person with a new campus id take over the user of the old one. May be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do it without asking. Guards hold all the same')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do it without asking. Guards hold all the same')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan and change nothing, as `diff` does')
            [CompletionResult]::new('--revoke-only', '--revoke-only', [CompletionResultType]::ParameterName, 'Only what takes access away')
            [CompletionResult]::new('--claim-cards', '--claim-cards', [CompletionResultType]::ParameterName, 'Take away cards of unknown owner that Atrium does not have')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'End with 5 also if somebody with a remedy was left alone')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Show the requests that were sent, by endpoint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;diff' {
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Save the plan in a file, to be reviewed and then applied with `sync --plan`')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this person; nothing is removed from anybody else. May be repeated')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let a guard''s removals through for this run. May be repeated')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Reactivate somebody whom Command''s people closed, and switch on their cards. May be repeated')
            [CompletionResult]::new('--reprovision', '--reprovision', [CompletionResultType]::ParameterName, 'Make a new user for somebody with a new email address. May be repeated')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Whose cards are read, besides those about whom something changed: changed (nobody''s), sample or all. Without: as the profile says')
            [CompletionResult]::new('--rekey', '--rekey', [CompletionResultType]::ParameterName, 'Let a person with a new campus id take over the user of the old one. May be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'End with 3 if a sync would change anything')
            [CompletionResult]::new('--revoke-only', '--revoke-only', [CompletionResultType]::ParameterName, 'Only what takes access away')
            [CompletionResult]::new('--claim-cards', '--claim-cards', [CompletionResultType]::ParameterName, 'Take away cards of unknown owner that Atrium does not have')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Show the requests that were sent, by endpoint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;adopt' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write the proposals into a file, and change nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Link the rows of a file that say `link`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;adopt;plan' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;adopt;apply' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do it without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do it without asking')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be linked and change nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;adopt;help' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write the proposals into a file, and change nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Link the rows of a file that say `link`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;adopt;help;plan' {
            break
        }
        'atriumctl;adopt;help;apply' {
            break
        }
        'atriumctl;adopt;help;help' {
            break
        }
        'atriumctl;inspect' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('users', 'users', [CompletionResultType]::ParameterValue, 'Users: by whom they are managed, and whether they are active')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'Groups: by whom they are managed, and how many members they have')
            [CompletionResult]::new('card', 'card', [CompletionResultType]::ParameterValue, 'An id of Atrium: each step on its way to a card, as the profile maps its type')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;inspect;users' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;inspect;groups' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;inspect;card' {
            [CompletionResult]::new('--id-type', '--id-type', [CompletionResultType]::ParameterName, 'The id''s type, as the export has it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;inspect;help' {
            [CompletionResult]::new('users', 'users', [CompletionResultType]::ParameterValue, 'Users: by whom they are managed, and whether they are active')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'Groups: by whom they are managed, and how many members they have')
            [CompletionResult]::new('card', 'card', [CompletionResultType]::ParameterValue, 'An id of Atrium: each step on its way to a card, as the profile maps its type')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;inspect;help;users' {
            break
        }
        'atriumctl;inspect;help;groups' {
            break
        }
        'atriumctl;inspect;help;card' {
            break
        }
        'atriumctl;inspect;help;help' {
            break
        }
        'atriumctl;source' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name everything that is wrong with export files, all at once')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Read Atrium, and show what is made of its records')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;source;check' {
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write every finding into this file as CSV, for its owner alone')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;source;test' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;source;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name everything that is wrong with export files, all at once')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Read Atrium, and show what is made of its records')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;source;help;check' {
            break
        }
        'atriumctl;source;help;test' {
            break
        }
        'atriumctl;source;help;help' {
            break
        }
        'atriumctl;okta' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('metadata', 'metadata', [CompletionResultType]::ParameterValue, 'The SAML metadata that lets people sign in to Command through Okta')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;okta;metadata' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what a metadata file holds, and name everything that is wrong with it')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Save the metadata of an address, after checking it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;okta;metadata;check' {
            [CompletionResult]::new('--client-id', '--client-id', [CompletionResultType]::ParameterName, 'Command''s client id, to be compared with the one that the file names')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'The app''s issuer id in Okta (exk…), or its name in addresses; of an address it is taken from there')
            [CompletionResult]::new('--warn-days', '--warn-days', [CompletionResultType]::ParameterName, 'Warn about what ends within so many days')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'End with 5 for every warning')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;okta;metadata;fetch' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'The file to write; without it, the metadata goes to standard output')
            [CompletionResult]::new('--client-id', '--client-id', [CompletionResultType]::ParameterName, 'Command''s client id, to be compared with the one that the file names')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'The app''s issuer id in Okta (exk…), or its name in addresses; of an address it is taken from there')
            [CompletionResult]::new('--warn-days', '--warn-days', [CompletionResultType]::ParameterName, 'Warn about what ends within so many days')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that holds something else')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'End with 5 for every warning')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;okta;metadata;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what a metadata file holds, and name everything that is wrong with it')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Save the metadata of an address, after checking it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;okta;metadata;help;check' {
            break
        }
        'atriumctl;okta;metadata;help;fetch' {
            break
        }
        'atriumctl;okta;metadata;help;help' {
            break
        }
        'atriumctl;okta;help' {
            [CompletionResult]::new('metadata', 'metadata', [CompletionResultType]::ParameterValue, 'The SAML metadata that lets people sign in to Command through Okta')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;okta;help;metadata' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what a metadata file holds, and name everything that is wrong with it')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Save the metadata of an address, after checking it')
            break
        }
        'atriumctl;okta;help;metadata;check' {
            break
        }
        'atriumctl;okta;help;metadata;fetch' {
            break
        }
        'atriumctl;okta;help;help' {
            break
        }
        'atriumctl;explain' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;sandbox' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve it until Ctrl-C, for this tool or any other SCIM client')
            [CompletionResult]::new('evolve', 'evolve', [CompletionResultType]::ParameterValue, 'Live a day: joiners, leavers, a married name, a lost card, a new building')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Throw it away and make a new one; its ledger goes with it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell what is in it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;sandbox;serve' {
            [CompletionResult]::new('--people', '--people', [CompletionResultType]::ParameterName, 'How many people a new campus has')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'The seed of a new campus: the same seed gives the same campus')
            [CompletionResult]::new('--personality', '--personality', [CompletionResultType]::ParameterName, 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one')
            [CompletionResult]::new('--faults', '--faults', [CompletionResultType]::ParameterName, 'What goes wrong, with its rate: 429, 500, 503, cut-before, cut-after, html, truncated, latency, duplicate-page, shrinking-page, token-dies')
            [CompletionResult]::new('--minute', '--minute', [CompletionResultType]::ParameterName, 'How long a minute lasts for REST''s limit (300 requests) and tokens (30 minutes), such as 60s or 500ms')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--hand-made', '--hand-made', [CompletionResultType]::ParameterName, 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;sandbox;evolve' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, in place of an ordinary day''s. May be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--lost-card', '--lost-card', [CompletionResultType]::ParameterName, 'Somebody loses a card: the same as --event lost-card')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;sandbox;reset' {
            [CompletionResult]::new('--people', '--people', [CompletionResultType]::ParameterName, 'How many people a new campus has')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'The seed of a new campus: the same seed gives the same campus')
            [CompletionResult]::new('--personality', '--personality', [CompletionResultType]::ParameterName, 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('--hand-made', '--hand-made', [CompletionResultType]::ParameterName, 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;sandbox;status' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;sandbox;help' {
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve it until Ctrl-C, for this tool or any other SCIM client')
            [CompletionResult]::new('evolve', 'evolve', [CompletionResultType]::ParameterValue, 'Live a day: joiners, leavers, a married name, a lost card, a new building')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Throw it away and make a new one; its ledger goes with it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell what is in it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;sandbox;help;serve' {
            break
        }
        'atriumctl;sandbox;help;evolve' {
            break
        }
        'atriumctl;sandbox;help;reset' {
            break
        }
        'atriumctl;sandbox;help;status' {
            break
        }
        'atriumctl;sandbox;help;help' {
            break
        }
        'atriumctl;completions' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;man' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]')
            [CompletionResult]::new('--scim-url', '--scim-url', [CompletionResultType]::ParameterName, 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]')
            [CompletionResult]::new('--scim-token-file', '--scim-token-file', [CompletionResultType]::ParameterName, 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR is heeded')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything, and say what is going on; twice: also the settings, with their origin')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Neither progress nor status; warnings and errors stay')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]')
            [CompletionResult]::new('--unmask', '--unmask', [CompletionResultType]::ParameterName, 'Show card numbers whole, instead of their last digits')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'atriumctl;help' {
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Make Command agree with Atrium')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a sync would do, and change nothing')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Take over users that were made in Command by hand')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show who manages the users and groups of Command, and how an id becomes a card')
            [CompletionResult]::new('source', 'source', [CompletionResultType]::ParameterValue, 'Look at Atrium alone: what is read from it, and what is wrong with its files')
            [CompletionResult]::new('okta', 'okta', [CompletionResultType]::ParameterValue, 'Check and fetch Okta''s SAML metadata')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a reason code: what it means and what to do about it')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Learn and rehearse on a stand-in campus')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a shell''s completion script to standard output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write the man pages into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'atriumctl;help;sync' {
            break
        }
        'atriumctl;help;diff' {
            break
        }
        'atriumctl;help;adopt' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write the proposals into a file, and change nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Link the rows of a file that say `link`')
            break
        }
        'atriumctl;help;adopt;plan' {
            break
        }
        'atriumctl;help;adopt;apply' {
            break
        }
        'atriumctl;help;inspect' {
            [CompletionResult]::new('users', 'users', [CompletionResultType]::ParameterValue, 'Users: by whom they are managed, and whether they are active')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'Groups: by whom they are managed, and how many members they have')
            [CompletionResult]::new('card', 'card', [CompletionResultType]::ParameterValue, 'An id of Atrium: each step on its way to a card, as the profile maps its type')
            break
        }
        'atriumctl;help;inspect;users' {
            break
        }
        'atriumctl;help;inspect;groups' {
            break
        }
        'atriumctl;help;inspect;card' {
            break
        }
        'atriumctl;help;source' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name everything that is wrong with export files, all at once')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Read Atrium, and show what is made of its records')
            break
        }
        'atriumctl;help;source;check' {
            break
        }
        'atriumctl;help;source;test' {
            break
        }
        'atriumctl;help;okta' {
            [CompletionResult]::new('metadata', 'metadata', [CompletionResultType]::ParameterValue, 'The SAML metadata that lets people sign in to Command through Okta')
            break
        }
        'atriumctl;help;okta;metadata' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what a metadata file holds, and name everything that is wrong with it')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Save the metadata of an address, after checking it')
            break
        }
        'atriumctl;help;okta;metadata;check' {
            break
        }
        'atriumctl;help;okta;metadata;fetch' {
            break
        }
        'atriumctl;help;explain' {
            break
        }
        'atriumctl;help;sandbox' {
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve it until Ctrl-C, for this tool or any other SCIM client')
            [CompletionResult]::new('evolve', 'evolve', [CompletionResultType]::ParameterValue, 'Live a day: joiners, leavers, a married name, a lost card, a new building')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Throw it away and make a new one; its ledger goes with it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell what is in it')
            break
        }
        'atriumctl;help;sandbox;serve' {
            break
        }
        'atriumctl;help;sandbox;evolve' {
            break
        }
        'atriumctl;help;sandbox;reset' {
            break
        }
        'atriumctl;help;sandbox;status' {
            break
        }
        'atriumctl;help;completions' {
            break
        }
        'atriumctl;help;man' {
            break
        }
        'atriumctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
