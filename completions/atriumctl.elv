
use builtin;
use str;

set edit:completion:arg-completer[atriumctl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'atriumctl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'atriumctl'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand sync 'Make Command agree with Atrium'
            cand diff 'Show what a sync would do, and change nothing'
            cand adopt 'Take over users that were made in Command by hand'
            cand inspect 'Show who manages the users and groups of Command, and how an id becomes a card'
            cand source 'Look at Atrium alone: what is read from it, and what is wrong with its files'
            cand okta 'Check and fetch Okta''s SAML metadata'
            cand explain 'Explain a reason code: what it means and what to do about it'
            cand sandbox 'Learn and rehearse on a stand-in campus'
            cand completions 'Write a shell''s completion script to standard output'
            cand man 'Write the man pages into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;sync'= {
            cand --plan 'Apply a plan that `diff --save` saved, without asking: the review was the answer'
            cand --plan-mismatch 'What to do if the saved plan is not what would be done now'
            cand --max-age 'How old the saved plan may be, such as 90m, 24h or 7d'
            cand --only 'Only this person; nothing is removed from anybody else. May be repeated'
            cand --allow 'Let a guard''s removals through for this run. May be repeated'
            cand --reopen 'Reactivate somebody whom Command''s people closed, and switch on their cards. May be repeated'
            cand --reprovision 'Make a new user for somebody with a new email address. May be repeated'
            cand --verify 'Whose cards are read, besides those about whom something changed: changed (nobody''s), sample or all. Without: as the profile says'
            cand --rekey 'Let a person with a new campus id take over the user of the old one. May be repeated'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -y 'Do it without asking. Guards hold all the same'
            cand --yes 'Do it without asking. Guards hold all the same'
            cand --dry-run 'Show the plan and change nothing, as `diff` does'
            cand --revoke-only 'Only what takes access away'
            cand --claim-cards 'Take away cards of unknown owner that Atrium does not have'
            cand --strict 'End with 5 also if somebody with a remedy was left alone'
            cand --stats 'Show the requests that were sent, by endpoint'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;diff'= {
            cand --save 'Save the plan in a file, to be reviewed and then applied with `sync --plan`'
            cand --only 'Only this person; nothing is removed from anybody else. May be repeated'
            cand --allow 'Let a guard''s removals through for this run. May be repeated'
            cand --reopen 'Reactivate somebody whom Command''s people closed, and switch on their cards. May be repeated'
            cand --reprovision 'Make a new user for somebody with a new email address. May be repeated'
            cand --verify 'Whose cards are read, besides those about whom something changed: changed (nobody''s), sample or all. Without: as the profile says'
            cand --rekey 'Let a person with a new campus id take over the user of the old one. May be repeated'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --exit-code 'End with 3 if a sync would change anything'
            cand --revoke-only 'Only what takes access away'
            cand --claim-cards 'Take away cards of unknown owner that Atrium does not have'
            cand --stats 'Show the requests that were sent, by endpoint'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;adopt'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand plan 'Write the proposals into a file, and change nothing'
            cand apply 'Link the rows of a file that say `link`'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;adopt;plan'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;adopt;apply'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -y 'Do it without asking'
            cand --yes 'Do it without asking'
            cand --dry-run 'Show what would be linked and change nothing'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;adopt;help'= {
            cand plan 'Write the proposals into a file, and change nothing'
            cand apply 'Link the rows of a file that say `link`'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;adopt;help;plan'= {
        }
        &'atriumctl;adopt;help;apply'= {
        }
        &'atriumctl;adopt;help;help'= {
        }
        &'atriumctl;inspect'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand users 'Users: by whom they are managed, and whether they are active'
            cand groups 'Groups: by whom they are managed, and how many members they have'
            cand card 'An id of Atrium: each step on its way to a card, as the profile maps its type'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;inspect;users'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;inspect;groups'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;inspect;card'= {
            cand --id-type 'The id''s type, as the export has it'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;inspect;help'= {
            cand users 'Users: by whom they are managed, and whether they are active'
            cand groups 'Groups: by whom they are managed, and how many members they have'
            cand card 'An id of Atrium: each step on its way to a card, as the profile maps its type'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;inspect;help;users'= {
        }
        &'atriumctl;inspect;help;groups'= {
        }
        &'atriumctl;inspect;help;card'= {
        }
        &'atriumctl;inspect;help;help'= {
        }
        &'atriumctl;source'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Name everything that is wrong with export files, all at once'
            cand test 'Read Atrium, and show what is made of its records'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;source;check'= {
            cand --report 'Write every finding into this file as CSV, for its owner alone'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;source;test'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;source;help'= {
            cand check 'Name everything that is wrong with export files, all at once'
            cand test 'Read Atrium, and show what is made of its records'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;source;help;check'= {
        }
        &'atriumctl;source;help;test'= {
        }
        &'atriumctl;source;help;help'= {
        }
        &'atriumctl;okta'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand metadata 'The SAML metadata that lets people sign in to Command through Okta'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;okta;metadata'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Say what a metadata file holds, and name everything that is wrong with it'
            cand fetch 'Save the metadata of an address, after checking it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;okta;metadata;check'= {
            cand --client-id 'Command''s client id, to be compared with the one that the file names'
            cand --app 'The app''s issuer id in Okta (exk…), or its name in addresses; of an address it is taken from there'
            cand --warn-days 'Warn about what ends within so many days'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --strict 'End with 5 for every warning'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;okta;metadata;fetch'= {
            cand --out 'The file to write; without it, the metadata goes to standard output'
            cand --client-id 'Command''s client id, to be compared with the one that the file names'
            cand --app 'The app''s issuer id in Okta (exk…), or its name in addresses; of an address it is taken from there'
            cand --warn-days 'Warn about what ends within so many days'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --force 'Replace a file that holds something else'
            cand --strict 'End with 5 for every warning'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;okta;metadata;help'= {
            cand check 'Say what a metadata file holds, and name everything that is wrong with it'
            cand fetch 'Save the metadata of an address, after checking it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;okta;metadata;help;check'= {
        }
        &'atriumctl;okta;metadata;help;fetch'= {
        }
        &'atriumctl;okta;metadata;help;help'= {
        }
        &'atriumctl;okta;help'= {
            cand metadata 'The SAML metadata that lets people sign in to Command through Okta'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;okta;help;metadata'= {
            cand check 'Say what a metadata file holds, and name everything that is wrong with it'
            cand fetch 'Save the metadata of an address, after checking it'
        }
        &'atriumctl;okta;help;metadata;check'= {
        }
        &'atriumctl;okta;help;metadata;fetch'= {
        }
        &'atriumctl;okta;help;help'= {
        }
        &'atriumctl;explain'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;sandbox'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand serve 'Serve it until Ctrl-C, for this tool or any other SCIM client'
            cand evolve 'Live a day: joiners, leavers, a married name, a lost card, a new building'
            cand reset 'Throw it away and make a new one; its ledger goes with it'
            cand status 'Tell what is in it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;sandbox;serve'= {
            cand --people 'How many people a new campus has'
            cand --seed 'The seed of a new campus: the same seed gives the same campus'
            cand --personality 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)'
            cand --listen 'Where to listen; port 0 takes a free one'
            cand --faults 'What goes wrong, with its rate: 429, 500, 503, cut-before, cut-after, html, truncated, latency, duplicate-page, shrinking-page, token-dies'
            cand --minute 'How long a minute lasts for REST''s limit (300 requests) and tokens (30 minutes), such as 60s or 500ms'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --hand-made 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;sandbox;evolve'= {
            cand --event 'Only this event, in place of an ordinary day''s. May be repeated'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --lost-card 'Somebody loses a card: the same as --event lost-card'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;sandbox;reset'= {
            cand --people 'How many people a new campus has'
            cand --seed 'The seed of a new campus: the same seed gives the same campus'
            cand --personality 'How Command behaves where its public pages are silent: switches, separated by commas (`sandbox status` shows those in force; `default` for none)'
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand --hand-made 'A new campus whose people and groups were made in Command by hand, to rehearse `adopt` on'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;sandbox;status'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;sandbox;help'= {
            cand serve 'Serve it until Ctrl-C, for this tool or any other SCIM client'
            cand evolve 'Live a day: joiners, leavers, a married name, a lost card, a new building'
            cand reset 'Throw it away and make a new one; its ledger goes with it'
            cand status 'Tell what is in it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;sandbox;help;serve'= {
        }
        &'atriumctl;sandbox;help;evolve'= {
        }
        &'atriumctl;sandbox;help;reset'= {
        }
        &'atriumctl;sandbox;help;status'= {
        }
        &'atriumctl;sandbox;help;help'= {
        }
        &'atriumctl;completions'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;man'= {
            cand --profile 'The profile: which Atrium, which organization in Command; `sandbox` needs no configuration [environment: ATRIUMCTL_PROFILE] [default: default]'
            cand --config 'The folder that holds `profiles/` [environment: ATRIUMCTL_CONFIG] [default: atriumctl in the user''s configuration folder]'
            cand --state 'The ledger: what was applied, by whom and when [environment: ATRIUMCTL_STATE] [default: PROFILE.db in the user''s state folder]'
            cand --scim-url 'The SCIM address, in place of the profile''s [environment: ATRIUMCTL_SCIM_URL]'
            cand --region 'The organization''s region, us, eu or au, in place of the profile''s [environment: ATRIUMCTL_REGION]'
            cand --scim-token-file 'The file with the SCIM token, `-` for standard input [environment: ATRIUMCTL_SCIM_TOKEN holds the token, ATRIUMCTL_SCIM_TOKEN_FILE the file]'
            cand --api-url 'The address of the REST API, in place of the region''s [environment: ATRIUMCTL_API_URL]'
            cand --api-key-file 'The file with the API key, `-` for standard input; without a key, cards are not covered [environment: ATRIUMCTL_API_KEY holds the key, ATRIUMCTL_API_KEY_FILE the file]'
            cand --output 'The form of the answer'
            cand --color 'When to use colours; NO_COLOR is heeded'
            cand -v 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand --verbose 'Show everything, and say what is going on; twice: also the settings, with their origin'
            cand -q 'Neither progress nor status; warnings and errors stay'
            cand --quiet 'Neither progress nor status; warnings and errors stay'
            cand --no-input 'Never ask anything'
            cand --no-pager 'Print long pages of diff, inspect and explain as they are, without a pager [environment: ATRIUMCTL_PAGER and PAGER name another one than less -FRX; empty: none]'
            cand --unmask 'Show card numbers whole, instead of their last digits'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'atriumctl;help'= {
            cand sync 'Make Command agree with Atrium'
            cand diff 'Show what a sync would do, and change nothing'
            cand adopt 'Take over users that were made in Command by hand'
            cand inspect 'Show who manages the users and groups of Command, and how an id becomes a card'
            cand source 'Look at Atrium alone: what is read from it, and what is wrong with its files'
            cand okta 'Check and fetch Okta''s SAML metadata'
            cand explain 'Explain a reason code: what it means and what to do about it'
            cand sandbox 'Learn and rehearse on a stand-in campus'
            cand completions 'Write a shell''s completion script to standard output'
            cand man 'Write the man pages into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'atriumctl;help;sync'= {
        }
        &'atriumctl;help;diff'= {
        }
        &'atriumctl;help;adopt'= {
            cand plan 'Write the proposals into a file, and change nothing'
            cand apply 'Link the rows of a file that say `link`'
        }
        &'atriumctl;help;adopt;plan'= {
        }
        &'atriumctl;help;adopt;apply'= {
        }
        &'atriumctl;help;inspect'= {
            cand users 'Users: by whom they are managed, and whether they are active'
            cand groups 'Groups: by whom they are managed, and how many members they have'
            cand card 'An id of Atrium: each step on its way to a card, as the profile maps its type'
        }
        &'atriumctl;help;inspect;users'= {
        }
        &'atriumctl;help;inspect;groups'= {
        }
        &'atriumctl;help;inspect;card'= {
        }
        &'atriumctl;help;source'= {
            cand check 'Name everything that is wrong with export files, all at once'
            cand test 'Read Atrium, and show what is made of its records'
        }
        &'atriumctl;help;source;check'= {
        }
        &'atriumctl;help;source;test'= {
        }
        &'atriumctl;help;okta'= {
            cand metadata 'The SAML metadata that lets people sign in to Command through Okta'
        }
        &'atriumctl;help;okta;metadata'= {
            cand check 'Say what a metadata file holds, and name everything that is wrong with it'
            cand fetch 'Save the metadata of an address, after checking it'
        }
        &'atriumctl;help;okta;metadata;check'= {
        }
        &'atriumctl;help;okta;metadata;fetch'= {
        }
        &'atriumctl;help;explain'= {
        }
        &'atriumctl;help;sandbox'= {
            cand serve 'Serve it until Ctrl-C, for this tool or any other SCIM client'
            cand evolve 'Live a day: joiners, leavers, a married name, a lost card, a new building'
            cand reset 'Throw it away and make a new one; its ledger goes with it'
            cand status 'Tell what is in it'
        }
        &'atriumctl;help;sandbox;serve'= {
        }
        &'atriumctl;help;sandbox;evolve'= {
        }
        &'atriumctl;help;sandbox;reset'= {
        }
        &'atriumctl;help;sandbox;status'= {
        }
        &'atriumctl;help;completions'= {
        }
        &'atriumctl;help;man'= {
        }
        &'atriumctl;help;help'= {
        }
    ]
    $completions[$command]
}
