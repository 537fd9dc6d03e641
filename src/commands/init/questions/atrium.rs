//! Where Atrium is read from, and which header is which column.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::data::check_once;
use super::{Ask, Questions, address, missing};
use crate::commands::init::answers::{Answers, Auth, From, read_auth};
use crate::commands::init::columns::{FileHeaders, Proposal, propose};
use crate::error::{Error, Exit};
use crate::model::fold::fold_name;
use crate::model::nearest::nearest;
use crate::model::roster::COLUMNS;
use crate::source::FileSource;

impl Questions<'_> {
    /// Where Atrium is read from.
    pub(super) fn atrium(&self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        let args = self.args;
        if !again && !args.atrium_file.is_empty() {
            return self.given_files(answers);
        }
        if !again && let Some(url) = &args.atrium_url {
            return self.given_http(answers, url);
        }
        let Some(ask) = self.ask else {
            return Err(missing(
                "it is not said where Atrium is read from",
                "--atrium-file FILE for each of its exports, or --atrium-url URL",
            ));
        };
        let choices = [
            "export files (CSV or JSON)",
            "its interface, over HTTP (address and paths come from Atrium)",
        ]
        .map(str::to_owned);
        let default = usize::from(matches!(answers.atrium, From::Http { .. }));
        match ask.choice("What is Atrium read from?", &choices, default)? {
            0 => ask_files(ask, answers),
            _ => ask_http(ask, answers),
        }
    }

    fn given_files(&self, answers: &mut Answers) -> Result<(), Error> {
        let files = self.args.atrium_file.iter().map(|file| absolute(file));
        let files = files.collect::<Result<Vec<String>, Error>>()?;
        let mut headers = Vec::new();
        for file in &files {
            check_is_there(file)
                .map_err(|why| Error::message(Exit::Usage, format!("--atrium-file: {why}")))?;
            headers.push(headers_of(file)?);
        }
        check_once("--column", &self.args.column)?;
        let given: BTreeMap<String, String> = self.args.column.iter().cloned().collect();
        check_given(&given, &headers)?;
        let mut proposal = propose(&headers, &given);
        if let Some(ask) = self.ask {
            for file in &headers {
                tell_file(ask, file);
            }
            proposal = settle(ask, &headers, given)?;
        } else if let Some(column) = proposal.missing.first() {
            let unused = proposal.unused.join(", ");
            return Err(missing(
                &format!("no header of the exports is known to be `{column}`"),
                &format!("--column {column}=HEADER"),
            )
            .hint(format!("headers that are no column yet: {unused}")));
        }
        answers.atrium = From::Files {
            files,
            columns: proposal.mapping(),
        };
        Ok(())
    }

    fn given_http(&self, answers: &mut Answers, url: &str) -> Result<(), Error> {
        let args = self.args;
        let (auth, path) = match (&args.atrium_auth, &args.atrium_path, self.ask) {
            (Some(auth), Some(path), _) => (auth.clone(), path.clone()),
            (auth, path, Some(ask)) => (
                match auth {
                    Some(auth) => auth.clone(),
                    None => ask_auth(ask, &Auth::Bearer)?,
                },
                match path {
                    Some(path) => path.clone(),
                    None => ask_path(ask, "")?,
                },
            ),
            (None, _, None) => {
                return Err(missing(
                    "it is not said how Atrium's interface is signed in to",
                    "--atrium-auth bearer, basic:USER or header:NAME",
                ));
            }
            (_, None, None) => {
                return Err(missing(
                    "it is not said where Atrium's list of people is",
                    "--atrium-path /PATH",
                ));
            }
        };
        answers.atrium = From::Http {
            url: url.to_owned(),
            auth,
            path,
        };
        Ok(())
    }
}

fn ask_http(ask: &dyn Ask, answers: &mut Answers) -> Result<(), Error> {
    let (url, auth, path) = match &answers.atrium {
        From::Http { url, auth, path } => (url.clone(), auth.clone(), path.clone()),
        From::Files { .. } => (String::new(), Auth::Bearer, String::new()),
    };
    ask.say(
        "Atrium's interface is not public: ask Atrium for the address, the paths, the paging and \
         the fields. The profile will have a commented line for each.",
    );
    answers.atrium = From::Http {
        url: address(ask, "Base address of Atrium's interface", &url, false)?,
        auth: ask_auth(ask, &auth)?,
        path: ask_path(ask, &path)?,
    };
    Ok(())
}

fn ask_auth(ask: &dyn Ask, now: &Auth) -> Result<Auth, Error> {
    let initial = match now {
        Auth::Bearer => "bearer".to_owned(),
        Auth::Basic(user) => format!("basic:{user}"),
        Auth::Header(name) => format!("header:{name}"),
    };
    loop {
        let question = "How is it signed in to? bearer, basic:USER or header:NAME";
        match read_auth(ask.text(question, &initial)?.trim()) {
            Ok(auth) => return Ok(auth),
            Err(why) => ask.say(&why),
        }
    }
}

fn ask_path(ask: &dyn Ask, initial: &str) -> Result<String, Error> {
    loop {
        let question = "Path of the list of people, behind the address";
        let path = ask.text(question, if initial.is_empty() { "/" } else { initial })?;
        let path = path.trim();
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '#';
        if path.starts_with('/') && !path.contains(odd) {
            return Ok(path.to_owned());
        }
        ask.say("a path begins with / and has no blanks, such as /people");
    }
}

fn ask_files(ask: &dyn Ask, answers: &mut Answers) -> Result<(), Error> {
    let before = match &answers.atrium {
        From::Files { files, .. } => files.clone(),
        From::Http { .. } => Vec::new(),
    };
    let mut files: Vec<String> = Vec::new();
    let mut headers = Vec::new();
    loop {
        let question = match files.len() {
            0 => "File with the people",
            _ => "Another file, of cards or access groups (empty: no more)",
        };
        let initial = before.get(files.len()).map_or("", String::as_str);
        let text = ask.text(question, initial)?;
        // A file that was dragged into the terminal comes in quotation marks.
        let name = text.trim().trim_matches(['\'', '"']).trim();
        if name.is_empty() {
            if files.is_empty() {
                ask.say("At least one file is needed.");
                continue;
            }
            break;
        }
        let file = absolute(&from_home(name))?;
        if files.contains(&file) {
            ask.say("This file is there already.");
            continue;
        }
        if let Err(why) = check_is_there(&file) {
            ask.say(&why);
            continue;
        }
        match headers_of(&file) {
            Ok(found) => {
                tell_file(ask, &found);
                headers.push(found);
                files.push(file);
            }
            Err(error) => ask.say(&error.to_string()),
        }
    }
    let proposal = settle(ask, &headers, BTreeMap::new())?;
    answers.atrium = From::Files {
        files,
        columns: proposal.mapping(),
    };
    Ok(())
}

/// Asks for every column that is needed and not found, shows the rest, and lets it be corrected.
fn settle(
    ask: &dyn Ask,
    headers: &[FileHeaders],
    mut given: BTreeMap<String, String>,
) -> Result<Proposal, Error> {
    loop {
        let proposal = propose(headers, &given);
        if let Some(column) = proposal.missing.first() {
            if proposal.unused.is_empty() {
                return Err(no_column(column));
            }
            let question = format!("Which header is `{column}` ({})?", meaning(column));
            let mut choices = proposal.unused.clone();
            choices.push("none of them".to_owned());
            let at = ask.choice(&question, &choices, 0)?;
            match proposal.unused.get(at) {
                Some(header) => given.insert((*column).to_owned(), header.clone()),
                None => return Err(no_column(column)),
            };
            continue;
        }
        let lines: Vec<String> = proposal
            .found
            .iter()
            .map(|(column, header)| format!("  {column:18} {header}"))
            .collect();
        ask.say(&format!("Columns:\n{}", lines.join("\n")));
        let mut found = proposal.found.iter();
        if let Some((_, id)) = found.find(|(column, _)| *column == "campus_id") {
            for FileHeaders { file, headers } in headers {
                if !headers
                    .iter()
                    .any(|other| fold_name(other) == fold_name(id))
                {
                    let list = "fine for a list of access groups alone; nothing else in it counts";
                    ask.say(&format!("{file} has no column {id}: {list}."));
                }
            }
        }
        if !proposal.unused.is_empty() {
            ask.say(&format!("Not used: {}", proposal.unused.join(", ")));
        }
        if ask.yes("Is that right?", true)? {
            return Ok(proposal);
        }
        let columns: Vec<String> = COLUMNS
            .iter()
            .map(|column| format!("{column}: {}", meaning(column)))
            .collect();
        let column = COLUMNS[ask.choice("Which column is another one?", &columns, 0)?];
        let mut all: Vec<String> = Vec::new();
        for header in headers.iter().flat_map(|file| &file.headers) {
            if !all
                .iter()
                .any(|other| fold_name(other) == fold_name(header))
            {
                all.push(header.clone());
            }
        }
        let header = &all[ask.choice(&format!("Which header is `{column}`?"), &all, 0)?];
        given.retain(|_, other| fold_name(other) != fold_name(header));
        given.insert(column.to_owned(), header.clone());
    }
}

fn no_column(column: &str) -> Error {
    Error::message(
        Exit::Failed,
        format!("the exports have no `{column}` ({})", meaning(column)),
    )
    .hint("export that column, too; atriumctl source check FILES names what is wrong with files")
}

/// What a column is, for people who see its name for the first time.
fn meaning(column: &str) -> &'static str {
    match column {
        "campus_id" => "the school's own id of a person",
        "first_name" => "first name",
        "middle_name" => "middle name",
        "last_name" => "last name",
        "email" => "email address",
        "phone" => "phone number",
        "title" => "job title",
        "department" => "department",
        "status" => "whether the person is a member of the school",
        "valid_from" => "first day of membership",
        "valid_until" => "last day of membership",
        "id_type" => "what kind of card or id it is",
        "id_value" => "the number of the card or id",
        "id_status" => "whether the card is in use, lost or stolen",
        "access_group_id" => "the id of an access group",
        _ => "the name of an access group",
    }
}

fn tell_file(ask: &dyn Ask, file: &FileHeaders) {
    let FileHeaders { file, headers } = file;
    ask.say(&format!(
        "{file}: {} columns: {}",
        headers.len(),
        headers.join(", ")
    ));
}

/// The reader of exports takes its names from a profile, and there is none yet.
fn check_is_there(file: &str) -> Result<(), String> {
    match Path::new(file).try_exists() {
        Ok(false) => Err(format!("there is no file {file}")),
        _ => Ok(()),
    }
}

fn headers_of(file: &str) -> Result<FileHeaders, Error> {
    let source = FileSource {
        files: vec![PathBuf::from(file)],
        ..FileSource::default()
    };
    let headers = source.headers(Path::new(file));
    let headers = headers.map_err(|error| Error::new(error.exit(), error))?;
    Ok(FileHeaders {
        file: file.to_owned(),
        headers,
    })
}

/// Refuses a mapping by flag to a header that is not there.
fn check_given(given: &BTreeMap<String, String>, files: &[FileHeaders]) -> Result<(), Error> {
    for (column, header) in given {
        let usage = |message: String| Error::message(Exit::Usage, message);
        if !COLUMNS.contains(&column.as_str()) {
            let error = usage(format!("--column: there is no column {column:?}"));
            return Err(match nearest(column, COLUMNS) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint(format!("columns that there are: {}", COLUMNS.join(", "))),
            });
        }
        let all = || files.iter().flat_map(|file| &file.headers);
        if !all().any(|other| fold_name(other) == fold_name(header)) {
            let error = usage(format!(
                "--column {column}: no export has a header {header:?}"
            ));
            let names: Vec<&str> = all().map(String::as_str).collect();
            return Err(error.hint(format!("headers: {}", names.join(", "))));
        }
    }
    Ok(())
}

/// A file as a profile can name it from anywhere.
pub(super) fn absolute(file: &Path) -> Result<String, Error> {
    let path = std::path::absolute(file).map_err(|error| Error::new(Exit::Usage, error))?;
    match path.into_os_string().into_string() {
        Ok(text) => Ok(text),
        Err(path) => Err(Error::message(
            Exit::Usage,
            format!(
                "{}: a profile can't hold a name that is not UTF-8",
                path.display()
            ),
        )
        .hint("give the file or its folder another name")),
    }
}

/// A name as a shell would have read it.
fn from_home(name: &str) -> PathBuf {
    match name.strip_prefix("~/") {
        Some(rest) => match etcetera::home_dir() {
            Ok(home) => home.join(rest),
            Err(_) => PathBuf::from(name),
        },
        None => PathBuf::from(name),
    }
}
